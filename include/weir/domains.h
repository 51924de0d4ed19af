/* rules: a list of hosts, and where they stand in a text. */
#ifndef WEIR_DOMAINS_H
#define WEIR_DOMAINS_H

#include "weir/text.h"

struct weir_domains;

#endif
