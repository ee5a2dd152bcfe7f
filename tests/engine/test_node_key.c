/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/node_key.h"

static char *new_folder(void)
{
    char *folder = strdup("/tmp/hoithi-node-key-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

static void remove_folder(char *folder)
{
    char path[80];
    snprintf(path, sizeof path, "%s/" NODE_KEY_FILE, folder);
    unlink(path);
    cr_expect_eq(rmdir(folder), 0, "something else was left in it");
    free(folder);
}

Test(node_key, is_made_once_and_read_afterwards_by_its_owner_alone)
{
    char *folder = new_folder();
    char why[300], path[80];
    uint8_t first[NODE_PUBLIC_BYTES], second[NODE_PUBLIC_BYTES];
    struct stat about;
    struct node_key *key = node_key_open(folder, why, sizeof why);
    cr_assert_not_null(key, "%s", why);
    node_key_public(key, first);
    node_key_close(key);
    key = node_key_open(folder, why, sizeof why);
    cr_assert_not_null(key, "%s", why);
    node_key_public(key, second);
    node_key_close(key);
    cr_expect_eq(memcmp(first, second, sizeof first), 0);
    snprintf(path, sizeof path, "%s/" NODE_KEY_FILE, folder);
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600);
    remove_folder(folder);
}

Test(node_key, a_signature_fits_its_text_and_its_key_alone)
{
    char *folder = new_folder(), *other = new_folder();
    char why[300], fingerprint[FINGERPRINT_SIZE];
    uint8_t own[NODE_PUBLIC_BYTES], theirs[NODE_PUBLIC_BYTES], signature[NODE_SIGNATURE_BYTES];
    struct node_key *key = node_key_open(folder, why, sizeof why);
    struct node_key *another = node_key_open(other, why, sizeof why);
    cr_assert(key != NULL && another != NULL);
    node_key_public(key, own);
    node_key_public(another, theirs);
    cr_assert(node_key_sign(key, "Hội thi", 9, signature));
    cr_expect(node_key_signed(own, "Hội thi", 9, signature));
    cr_expect_not(node_key_signed(own, "Hội thi", 8, signature));
    cr_expect_not(node_key_signed(own, "Hội thị", 9, signature));
    cr_expect_not(node_key_signed(theirs, "Hội thi", 9, signature));
    signature[63] ^= 1;
    cr_expect_not(node_key_signed(own, "Hội thi", 9, signature));
    node_key_fingerprint(own, fingerprint);
    cr_expect_eq(strspn(fingerprint, "0123456789abcdef"), 64);
    node_key_close(key);
    node_key_close(another);
    remove_folder(folder);
    remove_folder(other);
}

Test(node_key, a_file_that_is_no_key_is_neither_used_nor_written_over)
{
    char *folder = new_folder();
    char why[300] = "", path[80], text[8] = "";
    snprintf(path, sizeof path, "%s/" NODE_KEY_FILE, folder);
    FILE *file = fopen(path, "w");
    fputs("none", file);
    fclose(file);
    cr_expect_null(node_key_open(folder, why, sizeof why));
    cr_expect_not_null(strstr(why, NODE_KEY_FILE));
    file = fopen(path, "r");
    cr_expect_not_null(fgets(text, sizeof text, file));
    cr_expect_str_eq(text, "none");
    fclose(file);
    remove_folder(folder);
}

Test(node_key, a_folder_that_is_not_there_is_said)
{
    char why[300] = "";
    cr_expect_null(node_key_open("/tmp/hoithi-no-such-folder", why, sizeof why));
    cr_expect_not_null(strstr(why, "cannot be read or made"));
}
