/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/wall.h"

#include "question-banks/text.h"

/*
 * Lower case, without diacritics. Single Vietnamese syllables are left out on purpose: without their marks they are
 * also parts of decent names ("Các", "Đi", "Bưởi"); together they are not.
 */
static const char *const words[] = {
    "dit me",  "dit con me", "dit bo",  "du ma",       "du me",    "dcm",     "dkm",      "vcl",
    "vkl",     "vai lon",    "cai lon", "mat lon",     "con cac",  "cai cac", "dau buoi", "con di",
    "do di",   "di me may",  "me may",  "bo may",      "oc cho",   "do cho",  "cho de",   "thang cho",
    "con cho", "ngu lon",    "an cut",  "ba dao chet", "fuck",     "fucker",  "fucking",  "motherfucker",
    "shit",    "bullshit",   "bitch",   "asshole",     "arsehole", "cunt",    "dick",     "dickhead",
    "pussy",   "whore",      "slut",    "bastard",     "wanker",   "nigger",  "nigga",    "faggot",
    "penis",   "vagina",     "porn",    "sex",         "rape",     "nazi",    "hitler",
};

char *wall_name(const char *name)
{
    return text_mask(name, words, sizeof words / sizeof *words);
}
