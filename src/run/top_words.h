/* Figures as `weir top` writes them. Private to run. */
#ifndef WEIR_RUN_TOP_WORDS_H
#define WEIR_RUN_TOP_WORDS_H

#include <stddef.h>
#include <stdint.h>

#define TOP_WORDS_SIZE 48
#define TOP_SPARK_MAX 60 /* values */
#define TOP_SPARK_SIZE (TOP_SPARK_MAX * 3 + 1)

/* "1,234,567". */
const char *top_words_count(uint64_t count, char out[TOP_WORDS_SIZE]);
/* The same in `columns` (6 at least) if need be as "1.2 M". */
const char *top_words_short(uint64_t count, size_t columns, char out[TOP_WORDS_SIZE]);
/* "3.2", or without decimals from 10 on. */
const char *top_words_rate(double rate, char out[TOP_WORDS_SIZE]);
/* "12 s", "5 min", "3 h 12 min", "2 d 3 h"; below 0 as 0. */
const char *top_words_span(int64_t ms, char out[TOP_WORDS_SIZE]);
/* An upper bound: "20 ms", "2 s", "5 min". */
const char *top_words_bound(int64_t ms, char out[TOP_WORDS_SIZE]);
/* A column for each value, none lower than 0, from one eighth of a line to a whole one for the highest. */
const char *top_words_spark(const double *values, size_t count, char out[TOP_SPARK_SIZE]);

#endif
