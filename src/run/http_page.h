/* The page of the HTTP server, as config/page.html has it: the build makes it an array. Private to run. */
#ifndef WEIR_RUN_HTTP_PAGE_H
#define WEIR_RUN_HTTP_PAGE_H

#include <stddef.h>

extern const unsigned char http_page_html[];
extern const size_t http_page_html_size;

#endif
