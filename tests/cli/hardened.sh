#!/bin/bash
# The program as it was built: what meson.build asks of compiler and linker against damaged memory is really in it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if ! command -v readelf >/dev/null || ! command -v objdump >/dev/null; then
    echo "1..0 # SKIP no readelf or no objdump (Debian package binutils)"
    exit 0
fi
readelf -hW "$program" >header
readelf -lW "$program" >segments
readelf -dW "$program" >dynamic
readelf -W --dyn-syms "$program" >symbols

placed_anywhere() {
    said header 'Type: +DYN '
    said dynamic '\(FLAGS_1\).*\bPIE\b'
    ! grep TEXTREL dynamic || fault "code is written to when it is loaded"
}
check "it can be loaded at any address" placed_anywhere
read_only_tables() {
    said segments '^ *GNU_RELRO '
    said dynamic '\(FLAGS_1\).*\bNOW\b'
}
check "all functions of libraries are bound at start, and their table is read-only from then on" read_only_tables
no_code_in_data() {
    said segments '^ *GNU_STACK .* RW +0x'
    ! grep -E '^ *[A-Z_]+ +0x.* RWE ' segments || fault "memory that is both written and executed"
}
check "neither the stack nor any segment is both writable and executable" no_code_in_data
canaries() {
    said symbols ' __stack_chk_fail@'
}
check "functions with arrays check their stack frame before they return" canaries
fortified() {
    # The plain kinds are still called where the size of the buffer is not known.
    local function
    for function in memcpy snprintf vsnprintf fprintf; do
        said symbols " __${function}_chk@"
    done
}
check "calls of libc that write to a buffer of known size check it" fortified
landing_pads() {
    objdump -d --no-show-raw-insn --disassemble=main "$program" | sed -n '/<main>:/,/^$/p' | sed -n 2p | grep -q endbr64 ||
        fault "main does not begin with endbr64"
}
if objdump -f "$program" | grep -q 'architecture: i386:x86-64'; then
    check "indirect jumps land on marked places only, where the system enforces it" landing_pads
else
    skip "indirect jumps land on marked places only, where the system enforces it" "not x86-64"
fi

finish
