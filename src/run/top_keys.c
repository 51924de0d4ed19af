/* Arrows come as ESC [ A or ESC O A; longer sequences are swallowed whole, so that none of their letters is a key. */
#include "top_keys.h"

static enum top_key take_plain(struct top_keys *keys, char byte)
{
    switch (byte) {
    case '\033':
        keys->state = TOP_KEYS_ESCAPE;
        return TOP_KEY_NONE;
    case 'q':
    case 'Q':
        return TOP_KEY_QUIT;
    case 'p':
    case 'P':
    case ' ':
        return TOP_KEY_PAUSE;
    case '\t':
        return TOP_KEY_ORDER;
    default:
        return TOP_KEY_NONE;
    }
}

static enum top_key take_last(struct top_keys *keys, char byte)
{
    keys->state = TOP_KEYS_PLAIN;
    return byte >= 'A' && byte <= 'D' ? TOP_KEY_ORDER : TOP_KEY_NONE; /* up, down, right, left */
}

enum top_key top_keys_take(struct top_keys *keys, char byte)
{
    switch (keys->state) {
    case TOP_KEYS_PLAIN:
        return take_plain(keys, byte);
    case TOP_KEYS_ESCAPE:
        keys->state = byte == '[' ? TOP_KEYS_SEQUENCE : byte == 'O' ? TOP_KEYS_ONE_MORE : TOP_KEYS_PLAIN;
        return keys->state == TOP_KEYS_PLAIN ? take_plain(keys, byte) : TOP_KEY_NONE;
    case TOP_KEYS_SEQUENCE:
        return byte >= 0x40 && byte <= 0x7E ? take_last(keys, byte) : TOP_KEY_NONE;
    case TOP_KEYS_ONE_MORE:
        return take_last(keys, byte);
    }
    return TOP_KEY_NONE;
}
