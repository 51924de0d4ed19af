/* A transactional id must outlive its process, so that whoever comes after it ends what it left open, and no two
 * processes may have the same at once. A number among the processes of the machine does that: each holds the least free
 * one, as the name of an abstract socket, which the kernel takes back however the process ends. */
#include "identity.h"

#include "weir/hash.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NUMBERS_MAX 1000
#define HOST_MAX 256

/* A socket of this name, or -1 and errno. */
static int hold_name(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (made < 0)
        return -1;
    memcpy(address.sun_path + 1, name, length); /* the zero before it makes it abstract: no file */
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (bind(made, (struct sockaddr *)&address, size) == 0)
        return made;
    int why = errno;
    close(made);
    errno = why;
    return -1;
}

/* The name of a group may be of any length. */
static enum weir_status name_socket(const char *group, unsigned number, char *name, size_t size)
{
    uint8_t digest[WEIR_SHA256_BYTES];
    if (weir_hash_sha256(weir_text_of(group), digest) != WEIR_OK)
        return WEIR_NO_MEMORY;
    size_t length = (size_t)snprintf(name, size, "weir-transactions-");
    for (size_t i = 0; i < 16; i++)
        length += (size_t)snprintf(name + length, size - length, "%02x", digest[i]);
    snprintf(name + length, size - length, "-%u", number);
    return WEIR_OK;
}

static enum weir_status take_number(struct identity *identity, const char *group, unsigned *number,
                                    struct weir_error *error)
{
    char name[100];
    for (*number = 0; *number < NUMBERS_MAX; (*number)++) {
        if (name_socket(group, *number, name, sizeof name) != WEIR_OK)
            return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a Kafka client");
        identity->socket = hold_name(name);
        if (identity->socket >= 0)
            return WEIR_OK;
        if (errno != EADDRINUSE)
            break;
    }
    return weir_error_set(error, WEIR_UNAVAILABLE,
                          "no transactional id can be made (%s); give each process one: kafka: transactional.id",
                          strerror(errno));
}

enum weir_status identity_take(struct identity *identity, const struct weir_settings *settings,
                               struct weir_error *error)
{
    const char *given = weir_kafka_property(settings, "transactional.id");
    const char *group = weir_kafka_property(settings, "group.id");
    char host[HOST_MAX] = "";
    unsigned number;
    if (identity->text[0])
        return WEIR_OK;
    if (given) {
        snprintf(identity->text, sizeof identity->text, "%s", given);
        return WEIR_OK;
    }
    enum weir_status status = take_number(identity, group ? group : "", &number, error);
    if (status != WEIR_OK)
        return status;
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    snprintf(identity->text, sizeof identity->text, "weir-%.200s-%s-%u", group ? group : "", host, number);
    return WEIR_OK;
}

void identity_give_up(struct identity *identity)
{
    if (identity->socket >= 0)
        close(identity->socket);
    identity->socket = -1;
}
