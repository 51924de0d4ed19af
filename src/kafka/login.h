/* Why the brokers do not let a client in, in words for the operator. Private to kafka. */
#ifndef WEIR_KAFKA_LOGIN_H
#define WEIR_KAFKA_LOGIN_H

#include "weir/settings.h"

#include <stdatomic.h>
#include <stddef.h>

struct rd_kafka_conf_s;

/* What librdkafka does not tell: why a certificate was not trusted. An X509_V_ERR of OpenSSL, 0: none yet. */
struct login {
    _Atomic int certificate_error;
};

/* kafka_client.c: that of the client which librdkafka hands out as opaque. */
struct login *weir_kafka_client_login(void *opaque);

/* Has the client note it, and trust what it would trust without. */
void login_watch(struct rd_kafka_conf_s *conf);
/* For an error of this code, whose text is in reason: puts what is known better in its place, and returns what to do.
 */
const char *login_explain(struct login *login, const struct weir_settings *settings, int code, char *reason,
                          size_t size);

#endif
