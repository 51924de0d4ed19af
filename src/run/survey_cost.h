/* What each rule costs on a sample. Private to run. */
#ifndef WEIR_SURVEY_COST_H
#define WEIR_SURVEY_COST_H

#include "survey_sample.h"

#include "weir/survey.h"

/* How many texts of a sample are enough for so many rules to be measured in good time. */
size_t survey_texts_for(size_t rule_count);

/* Fills in noise_ns and costs (all rules of the set, the dearest first). The sample is normalized, and not empty. */
enum weir_status survey_costs(const struct weir_survey_options *options, struct sample *sample,
                              struct weir_survey *survey) WEIR_MUST_CHECK;

#endif
