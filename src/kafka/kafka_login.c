/* Refused logins: which part of them failed, and who can mend it. Must never make a certificate trusted that is not. */
#include "login.h"

#include "oauth.h"

#include <librdkafka/rdkafka.h>
#include <openssl/x509_vfy.h>

#include <stdio.h>

/* One certificate of the chain, on a thread of librdkafka, after OpenSSL has judged it; the answer is OpenSSL's. */
static int on_certificate(rd_kafka_t *handle, const char *broker, int32_t number, int *error, int depth,
                          const char *certificate, size_t size, char *why, size_t why_size, void *opaque)
{
    (void)handle;
    (void)broker;
    (void)number;
    (void)depth;
    (void)certificate;
    (void)size;
    if (*error == X509_V_OK)
        return 1;
    atomic_store_explicit(&weir_kafka_client_login(opaque)->certificate_error, *error, memory_order_relaxed);
    snprintf(why, why_size, "%s", X509_verify_cert_error_string(*error));
    return 0;
}

void login_watch(struct rd_kafka_conf_s *conf)
{
    rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
}

static const char *advise_on_certificate(int error)
{
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "renew the brokers' certificate; weir keeps trying";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "correct the clock of this machine, or the brokers' certificate; weir keeps trying";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "name the brokers in kafka.bootstrap.servers as their certificate does and restart, or give them a "
               "certificate for the names that they are reached by; weir keeps trying";
    default:
        return "set kafka.ssl.ca.location to the certificate of the authority that signed the brokers', and restart";
    }
}

const char *login_explain(struct login *login, const struct weir_settings *settings, int code, char *reason,
                          size_t size)
{
    if (code != RD_KAFKA_RESP_ERR__SSL) {
        if (oauth_is_wanted(settings))
            return "see that the brokers accept the token, or bring another; weir reads it again and keeps trying";
        return "correct sasl.* under kafka and restart, or the user and its password at the brokers; weir keeps trying";
    }
    int error = atomic_exchange_explicit(&login->certificate_error, X509_V_OK, memory_order_relaxed);
    if (error == X509_V_OK)
        return "correct security.protocol and ssl.* under kafka and restart, or mend TLS at the brokers; weir keeps "
               "trying";
    snprintf(reason, size, "the brokers' certificate is not trusted: %s", X509_verify_cert_error_string(error));
    return advise_on_certificate(error);
}
