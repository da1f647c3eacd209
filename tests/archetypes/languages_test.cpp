#include "archetypes/bundle.hpp"

#include <mkdb/query/highlight.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/parse.hpp>
#include <mkdb/store/check_store_options.hpp>

#include <gtest/gtest.h>

namespace {

struct bundle : archetypes::bundle {
    using tokenizer = archetypes::multilingual_tokenizer;
};

/// Where languages are looked at, no more is asked for than a tokenizer that knows them promises.
TEST(Archetypes, ATokenizerThatKnowsOneLanguageServesIt) {
    mkdb::store_options chosen{.schema = {{"text", "archetype"}}};
    chosen.languages = {{"text", "archetype"}};
    EXPECT_TRUE(mkdb::check_store_options<bundle>(chosen));
    chosen.languages = {{"text", "german"}};
    auto const refused = mkdb::check_store_options<bundle>(chosen);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "field 'text': no language 'german', there are archetype");

    archetypes::multilingual_tokenizer const tokenizer;
    mkdb::text::field_languages const languages{{"text", "archetype"}};
    auto const asked = mkdb::query::parse_request({{"search", {{"text", "a"}, {"fields", boost::json::array{"text"}}}}},
                                                  {.languages = &languages}, tokenizer)
                           .value();
    EXPECT_EQ(asked.search->texts.at(0).language, ""); // Its own needs no name.
    EXPECT_FALSE(mkdb::query::matches(asked.where, "id", {{"text", "a"}}, false, tokenizer));
    EXPECT_TRUE(mkdb::query::highlights_of({{"text", "a"}}, *asked.search, false, tokenizer).empty());
}

} // namespace
