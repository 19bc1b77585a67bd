/* The first bytes of file formats that people mistake for tables. */
#include "model/data/content.h"

#include <string.h>
#include <strings.h>

#define UTF_16 "UTF-16 text: save it as UTF-8, or `iconv -f UTF-16 -t UTF-8 FILE >NEW`"

static const struct {
    const char *bytes;
    size_t n;
    const char *hint;
} known[] = {
    {"\xFF\xFE", 2, UTF_16},
    {"\xFE\xFF", 2, UTF_16},
    {"PK\3\4", 4,
     "a zip file, an Excel workbook or NumPy's .npz: save the table in it as CSV or .npy"},
    {"\xD0\xCF\x11\xE0", 4, "an Excel workbook: save the sheet as CSV"},
    {"PAR1\x15", 5, "a Parquet file: write it as CSV, pandas' read_parquet(…).to_csv(…) does"},
    {"ARROW1\0", 7, "an Arrow file: write it as CSV, pandas' read_feather(…).to_csv(…) does"},
    {"\x93NUMPY", 6, "a NumPy array: say `source: npy`"},
    {"\x89HDF", 4, "an HDF5 file: write the table in it as CSV or .npy"},
    {"BZh91AY", 7, "a bzip2 file: unpack it, or compress it by gzip"},
    {"\xFD"
     "7zXZ",
     5, "an xz file: unpack it, or compress it by gzip"},
    {"\x28\xB5\x2F\xFD", 4, "a zstd file: unpack it, or compress it by gzip"},
    {"\x1F\x8B", 2, "gzipped data: unpack it (once more)"},
    {"RDX2\n", 5, "R's own format: write it as CSV, R's write.csv does"},
    {"RDX3\n", 5, "R's own format: write it as CSV, R's write.csv does"},
    {"SQLite format 3", 15, "an SQLite database: write the table in it as CSV"},
    {"%PDF-", 5, "a PDF: a table is needed"},
};

const char *wk_content_hint(const unsigned char *bytes, size_t n) {
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n >= known[i].n && memcmp(bytes, known[i].bytes, known[i].n) == 0)
            return known[i].hint;
    if (n >= 3 && memcmp(bytes, "\0\0\x08", 3) == 0)
        return "an IDX file: say `source: idx`";
    if (n >= 9 && (strncasecmp((const char *)bytes, "<!doctype", 9) == 0 ||
                   strncasecmp((const char *)bytes, "<html", 5) == 0))
        return "a web page: download the table itself";
    if (n >= 4 && ((!bytes[1] && !bytes[3] && bytes[0] && bytes[2]) ||
                   (!bytes[0] && !bytes[2] && bytes[1] && bytes[3])))
        return UTF_16;
    return NULL;
}
