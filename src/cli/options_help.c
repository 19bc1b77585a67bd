/* Prints options as --help shows them. */
#include "cli/options.h"

#include <string.h>

enum { INDENT = 23, COLUMNS = 100 };

void wk_options_print_help(const char *label, const char *help, FILE *out) {
    const int length = fprintf(out, "  %s", label);
    if (length > INDENT - 2)
        fprintf(out, "\n%*s", INDENT, "");
    else
        fprintf(out, "%*s", INDENT - length, "");
    size_t column = INDENT;
    for (const char *p = help; *p;) {
        const size_t word = strcspn(p, " \n");
        if (*p == '\n' || (column > INDENT && column + 1 + word > COLUMNS)) {
            fprintf(out, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT && word) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)word, p);
        column += word;
        p += word;
        p += *p == ' ' || (*p == '\n' && !word);
    }
    fputc('\n', out);
}

void wk_options_print(const wk_option_table *table, FILE *out) {
    bool letters = false;
    for (size_t i = 0; i < table->n; i++)
        letters = letters || table->rows[i].letter;
    for (size_t i = 0; i < table->n; i++) {
        const wk_option *row = &table->rows[i];
        char label[80];
        const char letter[] = {'-', row->letter, ',', ' ', '\0'};
        snprintf(label, sizeof label, "%s%s%s%s",
                 row->letter ? letter
                 : letters   ? "    "
                             : "",
                 row->name, row->value ? " " : "", row->value ? row->value : "");
        wk_options_print_help(label, row->help, out);
    }
}
