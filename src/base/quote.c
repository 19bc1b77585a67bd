/* Text made fit for Markdown, gnuplot and the terminal: escaped, cut, wrapped, measured. */
#include "base/quote.h"

#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The next character, cleaned: printable, and legal in XML. Signs that reverse the direction of
 * writing would let a name look like another. */
static uint32_t next(const unsigned char **text) {
    const uint32_t point = wk_text_decode(text);
    if (point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029)
        return ' ';
    const bool turns = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return turns || (point & 0xFFFE) == 0xFFFE ? WK_TEXT_REPLACEMENT : point;
}

static void put(FILE *out, uint32_t point) {
    if (point < 0x80) {
        fputc((int)point, out);
        return;
    }
    if (point < 0x800) {
        fputc((int)(0xC0 | point >> 6), out);
    } else {
        if (point < 0x10000) {
            fputc((int)(0xE0 | point >> 12), out);
        } else {
            fputc((int)(0xF0 | point >> 18), out);
            fputc((int)(0x80 | (point >> 12 & 0x3F)), out);
        }
        fputc((int)(0x80 | (point >> 6 & 0x3F)), out);
    }
    fputc((int)(0x80 | (point & 0x3F)), out);
}

void wk_quote_plain(FILE *out, const char *text) {
    for (const unsigned char *p = (const unsigned char *)text; *p;)
        put(out, next(&p));
}

void wk_quote_shell(FILE *out, const char *text) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "_-+./,:@%";
    /* "=" only within: zsh takes a word that begins with one for the name of a command */
    bool quoted = !*text || *text == '=';
    for (const char *p = text; *p; p++)
        quoted = quoted || (*p != '=' && !strchr(plain, *p));
    fputs(quoted ? "'" : "", out);
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const uint32_t point = next(&p);
        if (point == '\'')
            fputs("'\\''", out);
        else
            put(out, point);
    }
    fputs(quoted ? "'" : "", out);
}

/* Columns that a character takes on a terminal: nothing for accents that combine, two for East
 * Asian scripts and pictures. */
static size_t columns_of(uint32_t point) {
    static const struct {
        uint32_t low, high;
        unsigned char columns;
    } ranges[] = {
        {0x0300, 0x036F, 0}, {0x1100, 0x115F, 2}, {0x200B, 0x200F, 0},   {0x2E80, 0xA4CF, 2},
        {0xAC00, 0xD7A3, 2}, {0xF900, 0xFAFF, 2}, {0xFE00, 0xFE0F, 0},   {0xFE30, 0xFE6F, 2},
        {0xFF00, 0xFF60, 2}, {0xFFE0, 0xFFE6, 2}, {0x1F300, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (point >= ranges[i].low && point <= ranges[i].high)
            return ranges[i].columns;
    return 1;
}

size_t wk_quote_columns(const char *text) {
    size_t sum = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p;)
        sum += columns_of(next(&p));
    return sum;
}

size_t wk_quote_cut(FILE *out, const char *text, size_t columns) {
    const size_t whole = wk_quote_columns(text);
    const size_t room = whole <= columns ? columns : columns ? columns - 1 : 0;
    size_t used = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const uint32_t point = next(&p);
        if (used + columns_of(point) > room)
            break;
        put(out, point);
        used += columns_of(point);
    }
    if (whole > columns && columns) {
        put(out, 0x2026);
        used++;
    }
    return used;
}

void wk_quote_wrapped(FILE *out, const char *text, size_t columns, size_t indent) {
    const unsigned char *p = (const unsigned char *)text;
    size_t used = 0;
    while (*p) {
        const unsigned char *end = p;
        size_t width = 0;
        while (*end && *end != ' ')
            width += columns_of(next(&end));
        const bool breaks = used && used + 1 + width > columns;
        if (breaks)
            fprintf(out, "\n%*s", (int)indent, "");
        else if (used)
            fputc(' ', out);
        used = (breaks ? indent : used ? used + 1 : 0) + width;
        while (p < end)
            put(out, next(&p));
        while (*p == ' ')
            p++;
    }
}

/* The text from p up to `end` within a string of gnuplot. gnuplot doubles a quote within a string,
 * but reads one at its beginning as the end of an empty string (5.4): a text with none cannot end
 * the string at all. Its svg has > as it is, but XML forbids that after two brackets. */
static void put_gnuplot(FILE *out, const unsigned char *p, const unsigned char *end) {
    size_t brackets = 0;
    while (p < end) {
        const uint32_t point = next(&p);
        put(out, point == '\'' ? 0x2019 : point == '>' && brackets >= 2 ? 0x203A : point);
        brackets = point == ']' ? brackets + 1 : 0;
    }
}

void wk_quote_gnuplot(FILE *out, const char *text) {
    fputc('\'', out);
    put_gnuplot(out, (const unsigned char *)text, (const unsigned char *)text + strlen(text));
    fputc('\'', out);
}

/* Where to break so that what is before fits: after the last blank, else within the word. */
static const unsigned char *line_end(const unsigned char *text, size_t columns) {
    const unsigned char *blank = NULL, *p = text;
    size_t used = 0;
    while (*p) {
        const unsigned char *before = p;
        const uint32_t point = next(&p);
        used += columns_of(point);
        if (used > columns)
            return blank ? blank : before;
        if (point == ' ')
            blank = p;
    }
    return p;
}

void wk_quote_gnuplot_lines(FILE *out, const char *text, size_t columns) {
    const unsigned char *p = (const unsigned char *)text;
    for (int line = 0; line < 2; line++) {
        const unsigned char *end = line_end(p, line ? columns - 1 : columns);
        fputs(line ? ".\"\\n\".'" : "'", out);
        put_gnuplot(out, p, end);
        p = end;
        if (line && *end)
            put(out, 0x2026);
        fputc('\'', out);
        if (!*end)
            break;
    }
}

void wk_quote_backslashed(FILE *out, const char *text, const char *marks) {
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const uint32_t point = next(&p);
        if (point < 0x80 && strchr(marks, (int)point))
            fputc('\\', out);
        put(out, point);
    }
}

void wk_quote_markdown(FILE *out, const char *text) {
    wk_quote_backslashed(out, text, "\\`*_[]<>|~&$#");
}

void wk_quote_code(FILE *out, const char *text) {
    size_t longest = 0, run = 0;
    for (const char *p = text; *p; p++) {
        run = *p == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    if (!*text) {
        fputs("–", out);
        return;
    }
    for (size_t i = 0; i <= longest; i++)
        fputc('`', out);
    fputs(longest ? " " : "", out);
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const uint32_t point = next(&p);
        if (point == '|') /* a table's cells are split before code spans are seen */
            fputc('\\', out);
        put(out, point);
    }
    fputs(longest ? " " : "", out);
    for (size_t i = 0; i <= longest; i++)
        fputc('`', out);
}

void wk_quote_number(FILE *out, double value, int digits) {
    if (isnan(value)) {
        fputs("not a number", out);
        return;
    }
    if (signbit(value) && value != 0.0)
        fputs("−", out);
    if (isinf(value))
        fputs("∞", out);
    else
        fprintf(out, "%.*g", digits, fabs(value));
}
