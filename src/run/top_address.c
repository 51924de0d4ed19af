/* What a person wrote: where a daemon serves HTTP, and how often to look. */
#include "weir/top.h"

#include "top_fetch.h"

#include <stdio.h>

static bool is_plain(struct weir_text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] <= ' ' || text.data[i] >= 0x7F || strchr("\"<>\\^`{|}#?@", text.data[i]))
            return false;
    return true;
}

/* False: it does not fit, or has what no address has. */
static bool copy(struct weir_text text, char *out, size_t size)
{
    if (text.length >= size || !is_plain(text))
        return false;
    memcpy(out, text.data, text.length);
    out[text.length] = '\0';
    return true;
}

static bool is_port(const char *port)
{
    unsigned number = 0;
    for (size_t i = 0; port[i]; i++) {
        if (port[i] < '0' || port[i] > '9')
            return false;
        number = number * 10 + (unsigned)(port[i] - '0');
    }
    return number >= 1 && number <= 65535;
}

/* "[::1]:8377" or "localhost:8377". */
static bool read_place(struct weir_text place, struct top_address *address)
{
    bool has_brackets = place.length > 0 && place.data[0] == '[';
    const char *end = place.length == 0 ? NULL : memchr(place.data, has_brackets ? ']' : ':', place.length);
    size_t host_end = end ? (size_t)(end - place.data) : place.length;
    if (has_brackets && !end)
        return false;
    struct weir_text host = weir_text_slice(place, has_brackets, host_end);
    size_t rest = has_brackets ? host_end + 1 : host_end;
    struct weir_text port = WEIR_TEXT_LITERAL("80");
    if (rest < place.length && place.data[rest] != ':')
        return false;
    if (rest < place.length)
        port = weir_text_slice(place, rest + 1, place.length);
    return host.length > 0 && copy(host, address->host, sizeof address->host) &&
           copy(port, address->port, sizeof address->port) && is_port(address->port);
}

enum weir_status top_address_read(const char *url, struct top_address *address, struct weir_error *error)
{
    static const char scheme[] = "http://";
    struct top_address made = {0};
    if (strncmp(url, "https://", 8) == 0)
        return weir_error_set(error, WEIR_USAGE, "--url: weir serves no TLS; give its own http:// address");
    const char *at = strncmp(url, scheme, sizeof scheme - 1) == 0 ? url + sizeof scheme - 1 : url;
    size_t place = strcspn(at, "/");
    struct weir_text prefix = weir_text_of(at + place);
    while (prefix.length > 0 && prefix.data[prefix.length - 1] == '/')
        prefix.length--;
    if (!read_place((struct weir_text){at, place}, &made) || !copy(prefix, made.prefix, sizeof made.prefix))
        return weir_error_set(error, WEIR_USAGE, "--url takes an address such as http://127.0.0.1:8377, not '%s'", url);
    bool is_ipv6 = strchr(made.host, ':') != NULL;
    snprintf(made.shown, sizeof made.shown, "http://%s%s%s:%s%s", is_ipv6 ? "[" : "", made.host, is_ipv6 ? "]" : "",
             made.port, made.prefix);
    *address = made;
    return WEIR_OK;
}

bool weir_top_every(const char *text, unsigned *every_ms)
{
    static const struct {
        const char *name;
        unsigned ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}};
    unsigned number = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && number <= 3600000; at++)
        number = number * 10 + (unsigned)(*at - '0');
    for (size_t i = 0; at != text && i < sizeof units / sizeof *units; i++)
        if (strcmp(at, units[i].name) == 0 && number <= 3600000 / units[i].ms && number * units[i].ms >= 100) {
            *every_ms = number * units[i].ms;
            return true;
        }
    return false;
}
