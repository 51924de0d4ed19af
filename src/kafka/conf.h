/* From settings to a librdkafka configuration: weir's defaults, then the user's properties, then what weir insists on.
 */
#ifndef WEIR_KAFKA_CONF_H
#define WEIR_KAFKA_CONF_H

#include "weir/kafka_client.h"

/* discreet.c: what is said in place of a value that must not be shown, or NULL when it may be. */
const char *conf_stand_in(const struct weir_property *property);

/* Why weir does not take this property from the configuration, or NULL when it does. */
const char *conf_refusal(const struct weir_settings *settings, const struct weir_property *property);

/* Sets one property; what librdkafka has against it goes to `why`, without the values of secrets. WEIR_USAGE: no such
 * name. */
enum weir_status conf_set_property(struct rd_kafka_conf_s *conf, const struct weir_property *property, char *why,
                                   size_t why_size) WEIR_MUST_CHECK;

/* The whole configuration of a client. Without connect it has no brokers. *error names the property that is wrong. */
enum weir_status conf_new(const struct weir_settings *settings, enum weir_kafka_role role, unsigned number,
                          bool connect, struct rd_kafka_conf_s **conf, struct weir_error *error) WEIR_MUST_CHECK;

/* For a transactional producer: the id of the worker of this number. */
enum weir_status conf_set_transactional_id(struct rd_kafka_conf_s *conf, const char *prefix, unsigned number,
                                           struct weir_error *error) WEIR_MUST_CHECK;

/* Fills error from what librdkafka says against the configuration as a whole, without values that must not be shown;
 * places it at the property it speaks of. */
enum weir_status conf_refused(const struct weir_settings *settings, const char *why, struct weir_error *error);

#endif
