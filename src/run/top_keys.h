/* Keys, from the bytes that a terminal sends for them. Private to run. */
#ifndef WEIR_RUN_TOP_KEYS_H
#define WEIR_RUN_TOP_KEYS_H

enum top_key {
    TOP_KEY_NONE, /* of no meaning, or not whole yet */
    TOP_KEY_QUIT,
    TOP_KEY_PAUSE,
    TOP_KEY_ORDER,
};

/* Where in an escape sequence it is; zero to begin with. */
struct top_keys {
    enum { TOP_KEYS_PLAIN, TOP_KEYS_ESCAPE, TOP_KEYS_SEQUENCE, TOP_KEYS_ONE_MORE } state;
};

enum top_key top_keys_take(struct top_keys *keys, char byte);

#endif
