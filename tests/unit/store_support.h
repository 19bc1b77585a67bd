/* For the tests of the store: a folder of its own for each, and a hand in its file. */
#ifndef WK_TESTS_STORE_SUPPORT_H
#define WK_TESTS_STORE_SUPPORT_H

#include "run/store.h"

extern char store_folder[64];
extern const char
    store_former_record[]; /* of schemas 1 to 3: of a cell that ended ok: "loss", 0.25 */

/* The same cell, as it is stored now. */
wk_store_cell store_cell(void);

int store_make_folder(void **state);
int store_remove_folder(void **state);

#define CASE(test) cmocka_unit_test_setup_teardown(test, store_make_folder, store_remove_folder)

/* Or the test fails. */
wk_store *store_opened(wk_store_mode mode);

/* A plan of so many cells "cell 0", …, and a result of the first. */
void store_fill(wk_store *store, size_t cells);

/* Behind its back: changes one row. */
void store_damage(const char *sql);

/* Behind SQLite's too: where the first page of a table or an index begins in the file; and the page
 * shows these of its rows (of the first four, from 0) in the places of its first two. */
long store_page_of(const char *name);
void store_show_rows(const char *name, int first, int second);

#endif
