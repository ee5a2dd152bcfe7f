/* SPDX-License-Identifier: Apache-2.0 */
/* hoithi key add --role host|judge|admin --name NAME | list | revoke NAME | fingerprint */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <openssl/crypto.h>
#include "engine/command.h"
#include "engine/keys.h"
#include "engine/bundle.h"
#include "engine/node_key.h"
#include "engine/report.h"
#include "engine/store_command.h"

static int usage(void)
{
    report("usage: hoithi key add --role host|judge|admin --name NAME | list | revoke NAME | fingerprint");
    return EXIT_USAGE;
}

static enum role role_of(const char *name)
{
    static const enum role roles[] = {ROLE_HOST, ROLE_JUDGE, ROLE_ADMIN};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(name, role_name(roles[i])) == 0)
            return roles[i];
    return ROLE_NONE;
}

/* ---- add ---- */

static int check_add(const struct options *options)
{
    if (options->argument_count != 1 || options->role == NULL || options->name == NULL)
        return usage();
    if (role_of(options->role) != ROLE_NONE)
        return EXIT_DONE;
    report("--role %s: there are host, judge and admin", options->role);
    return EXIT_USAGE;
}

static int add(struct store_command *command)
{
    const struct options *options = &command->options;
    char key[KEY_TEXT_SIZE];

    switch (keys_add(command->redis, role_of(options->role), options->name, key)) {
    case KEY_ADDED:
        printf("%s\n", key);
        OPENSSL_cleanse(key, sizeof key);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_REFUSED;
    case KEY_NAME_TAKEN:
        report("there is a key named %s; choose another name, or revoke it first: hoithi key revoke NAME",
               options->name);
        break;
    case KEY_NAME_BAD:
        report("--name: expected 1 to %d bytes of text, without control characters", KEY_NAME_MAX);
        break;
    case KEY_ROLE_BAD:
        report("--role: there are host, judge and admin");
        break;
    case KEY_TOO_MANY:
        report("there are %d keys already, no more are kept", KEYS_MAX);
        break;
    case KEY_STORE_FAILED:
        report("the key was not stored: %s", redis_sync_fault(command->redis));
        break;
    }
    return EXIT_REFUSED;
}

/* ---- list ---- */

static int check_list(const struct options *options)
{
    return options->argument_count == 1 ? EXIT_DONE : usage();
}

static void print_key(void *context, const struct key_record *record)
{
    char made[32];
    time_t seconds = (time_t)(record->created_at_ms / 1000);
    struct tm parts;

    (void)context;
    gmtime_r(&seconds, &parts);
    strftime(made, sizeof made, "%Y-%m-%dT%H:%M:%SZ", &parts);
    printf("%s  %-5s  %s  %-7s  %s\n", record->id, role_name(record->role), made,
           record->revoked ? "revoked" : "active", record->name);
}

static int list(struct store_command *command)
{
    if (keys_list(command->redis, print_key, NULL))
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_REFUSED;
    report("the keys cannot be read: %s", redis_sync_fault(command->redis));
    return EXIT_REFUSED;
}

/* ---- revoke ---- */

static int check_revoke(const struct options *options)
{
    return options->argument_count == 2 ? EXIT_DONE : usage();
}

static int revoke_key(struct store_command *command)
{
    const char *name = command->options.arguments[1];

    switch (keys_revoke(command->redis, name)) {
    case KEY_OK:
        return EXIT_DONE;
    case KEY_UNKNOWN:
    case KEY_REVOKED:
        report("there is no key named %s; see hoithi key list", name);
        break;
    case KEY_AWAY:
        report("the key was not revoked: %s", redis_sync_fault(command->redis));
        break;
    }
    return EXIT_REFUSED;
}

/* ---- the key of this machine ---- */

static int fingerprint(const struct options *options)
{
    uint8_t public_key[NODE_PUBLIC_BYTES];
    char text[FINGERPRINT_SIZE], why[BUNDLE_WHY_MAX];
    struct node_key *key = node_key_open(options->data, why, sizeof why);

    if (key == NULL) {
        report("%s", why);
        return EXIT_REFUSED;
    }
    node_key_public(key, public_key);
    node_key_close(key);
    node_key_fingerprint(public_key, text);
    puts(text);
    return EXIT_DONE;
}

/* ---- which ---- */

static const struct {
    const char *name;
    int (*check)(const struct options *options);
    int (*run)(struct store_command *command);
} actions[] = {{"add", check_add, add}, {"list", check_list, list}, {"revoke", check_revoke, revoke_key}};

static int run(struct store_command *command)
{
    const struct options *options = &command->options;

    if (options->argument_count == 1 && strcmp(options->arguments[0], "fingerprint") == 0)
        return fingerprint(options);
    for (size_t i = 0; options->argument_count > 0 && i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(options->arguments[0], actions[i].name) != 0)
            continue;
        int status = actions[i].check(options);
        if (status == EXIT_DONE)
            status = store_command_enter(command);
        return status == EXIT_DONE ? actions[i].run(command) : status;
    }
    return usage();
}

int keys_command(int argc, char **argv)
{
    struct store_command command;
    int status = store_command_read(&command, FOR_KEY, argc, argv);
    if (status == EXIT_DONE)
        status = run(&command);
    store_command_close(&command);
    return status;
}
