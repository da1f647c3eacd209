#include "cli/explanation_text.hpp"

#include <mkdb/document/parse.hpp>

#include <gmock/gmock.h>

using namespace mkdb::cli;

namespace {

std::string shown(std::string_view told) {
    return explanation_text(mkdb::document::parse_object(told).value());
}

} // namespace

TEST(ExplanationText, IsALineAStepAndOneOnTheWhole) {
    EXPECT_EQ(
        shown(
            R"({"plan":{"op":"$and","by":["index"],"estimated":1,"actual":10,"parts":[)"
            R"({"field":"kind","op":"eq","value":4,"by":["exact"],"estimated":20,"actual":20},)"
            R"({"field":"name","op":"in","values":900,"by":["exact","scan"],"estimated":50,"actual":49}]},)"
            R"("order":"created","records":200,"candidates":10,"records_read":9,"total_matches":8,"duration_ms":0.0614})"),
        "step                         by           estimated     actual\n"
        "$and                         index                1         10\n"
        "  kind eq 4                  exact               20         20\n"
        "  name in one of 900 values  exact, scan         50         49\n"
        "Records come as they were created. 200 records, 10 candidates, 9 read, 8 match; 0.061 ms\n");
}

TEST(ExplanationText, SaysWhereTheOrderComesFrom) {
    EXPECT_THAT(shown(R"({"plan":{"op":"everything"},"order":"index"})"),
                testing::HasSubstr("\nAn index gives the order. 0 records"));
    EXPECT_THAT(shown(R"({"plan":{"op":"everything"},"order":"sort"})"),
                testing::HasSubstr("\nMatching records are sorted. 0 records"));
}
