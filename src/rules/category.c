/* The categories and keywords that a rule may have, and no others.
 *
 * The names are those of the EU's DSA Transparency Database (documentation, section 16; API fields category and
 * category_specification), lower-cased and without their prefixes, each keyword under the category where the database
 * lists it. `other` stands for what no keyword captures. The categories for civic discourse, public security and "not
 * specified" are left out on purpose, with their keywords, and so is defamation: weir has no rules about such speech.
 * Must never grow one. */
#include "category.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const ANIMAL_WELFARE[] = {"animal_harm", "unlawful_sale_animals", "other"};

static const char *const CONSUMER_INFORMATION[] = {
    "hidden_advertisement",
    "insufficient_information_on_traders",
    "misleading_info_consumer_rights",
    "misleading_info_goods_services",
    "noncompliance_pricing",
    "other",
};

static const char *const CYBER_VIOLENCE[] = {
    "cyber_bullying_intimidation",
    "cyber_harassment",
    "cyber_incitement",
    "cyber_stalking",
    "non_consensual_image_sharing",
    "non_consensual_material_deepfake",
    "other",
};

static const char *const CYBER_VIOLENCE_AGAINST_WOMEN[] = {
    "bullying_against_girls",
    "cyber_harassment_against_women",
    "cyber_stalking_against_women",
    "female_gendered_disinformation",
    "incitement_against_women",
    "non_consensual_image_sharing_against_women",
    "non_consensual_material_deepfake_against_women",
    "other",
};

static const char *const DATA_PROTECTION[] = {
    "biometric_data_breach", "data_falsification", "missing_processing_ground", "right_to_be_forgotten", "other",
};

static const char *const HARMFUL_SPEECH[] = {"discrimination", "hate_speech"};

static const char *const INTELLECTUAL_PROPERTY[] = {
    "copyright_infringement",
    "design_infringement",
    "geographic_indications_infringement",
    "patent_infringement",
    "trade_secret_infringement",
    "trademark_infringement",
    "other",
};

static const char *const MINORS[] = {
    "age_specific_restrictions_minors",  "child_sexual_abuse_material", "child_sexual_abuse_material_deepfake",
    "grooming_sexual_enticement_minors", "unsafe_challenges",           "other",
};

static const char *const SCAMS[] = {
    "impersonation_account_hijacking",
    "inauthentic_accounts",
    "inauthentic_listings",
    "inauthentic_user_reviews",
    "phishing",
    "pyramid_schemes",
    "other",
};

static const char *const SELF_HARM[] = {"content_promoting_eating_disorders", "self_mutilation", "suicide", "other"};

static const char *const PRODUCTS[] = {"prohibited_products", "unsafe_products", "other"};

static const char *const VIOLENCE[] = {
    "coordinated_harm",           "human_exploitation",      "human_trafficking",
    "incitement_violence_hatred", "trafficking_women_girls", "other",
};

static const char *const OTHER_VIOLATION[] = {
    "adult_sexual_material",
    "age_specific_restrictions",
    "geographical_requirements",
    "goods_services_not_permitted",
    "language_requirements",
    "nudity",
    "other",
};

static const struct weir_category CATEGORIES[] = {
    {"animal_welfare", ANIMAL_WELFARE, COUNT_OF(ANIMAL_WELFARE)},
    {"consumer_information", CONSUMER_INFORMATION, COUNT_OF(CONSUMER_INFORMATION)},
    {"cyber_violence", CYBER_VIOLENCE, COUNT_OF(CYBER_VIOLENCE)},
    {"cyber_violence_against_women", CYBER_VIOLENCE_AGAINST_WOMEN, COUNT_OF(CYBER_VIOLENCE_AGAINST_WOMEN)},
    {"data_protection_and_privacy_violations", DATA_PROTECTION, COUNT_OF(DATA_PROTECTION)},
    {"illegal_or_harmful_speech", HARMFUL_SPEECH, COUNT_OF(HARMFUL_SPEECH)},
    {"intellectual_property_infringements", INTELLECTUAL_PROPERTY, COUNT_OF(INTELLECTUAL_PROPERTY)},
    {"protection_of_minors", MINORS, COUNT_OF(MINORS)},
    {"scams_and_fraud", SCAMS, COUNT_OF(SCAMS)},
    {"self_harm", SELF_HARM, COUNT_OF(SELF_HARM)},
    {"unsafe_and_prohibited_products", PRODUCTS, COUNT_OF(PRODUCTS)},
    {"violence", VIOLENCE, COUNT_OF(VIOLENCE)},
    {"other_violation_tc", OTHER_VIOLATION, COUNT_OF(OTHER_VIOLATION)},
};

static const char *const NAMES[] = {
    "animal_welfare",
    "consumer_information",
    "cyber_violence",
    "cyber_violence_against_women",
    "data_protection_and_privacy_violations",
    "illegal_or_harmful_speech",
    "intellectual_property_infringements",
    "protection_of_minors",
    "scams_and_fraud",
    "self_harm",
    "unsafe_and_prohibited_products",
    "violence",
    "other_violation_tc",
};

_Static_assert(COUNT_OF(NAMES) == COUNT_OF(CATEGORIES), "every category has its name in the list of suggestions");

const struct weir_category *weir_category_find(struct weir_text name)
{
    for (size_t i = 0; i < COUNT_OF(CATEGORIES); i++)
        if (weir_text_is(name, CATEGORIES[i].name))
            return &CATEGORIES[i];
    return NULL;
}

const char *weir_category_keyword(const struct weir_category *category, struct weir_text keyword)
{
    for (size_t i = 0; i < category->keyword_count; i++)
        if (weir_text_is(keyword, category->keywords[i]))
            return category->keywords[i];
    return NULL;
}

const char *const *weir_category_names(size_t *count)
{
    *count = COUNT_OF(NAMES);
    return NAMES;
}
