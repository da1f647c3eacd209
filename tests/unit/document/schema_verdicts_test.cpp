#include <mkdb/document/json_schema/schema_verdicts.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace {

using mkdb::document::detail::schema_verdicts;

[[nodiscard]] void const* address(std::uintptr_t number) {
    return reinterpret_cast<void const*>(number);
}

TEST(SchemaVerdicts, AreThoseOfOneSchemaOnOneValue) {
    schema_verdicts verdicts;
    EXPECT_EQ(verdicts.find(1, address(8)), std::nullopt);
    verdicts.keep(1, address(8), true);
    verdicts.keep(2, address(8), false);
    verdicts.keep(1, address(8 + (std::uintptr_t{1} << 40U)), false);
    EXPECT_EQ(verdicts.find(1, address(8)), true);
    EXPECT_EQ(verdicts.find(2, address(8)), false);
    EXPECT_EQ(verdicts.find(1, address(8 + (std::uintptr_t{1} << 40U))), false);
    EXPECT_EQ(verdicts.find(1, address(16)), std::nullopt);
    EXPECT_EQ(verdicts.find(0, address(8)), std::nullopt);
    verdicts.keep(1, address(8), false);
    EXPECT_EQ(verdicts.find(1, address(8)), false) << "the last one counts";
}

TEST(SchemaVerdicts, HaveALimit) {
    schema_verdicts verdicts;
    for (std::size_t i = 1; i <= mkdb::limits::json_schema_verdicts; ++i) {
        verdicts.keep(0, address(i * 16), true);
    }
    EXPECT_FALSE(verdicts.are_too_many());
    verdicts.keep(1, address(16), false);
    EXPECT_TRUE(verdicts.are_too_many());
    EXPECT_EQ(verdicts.find(1, address(16)), std::nullopt);
    EXPECT_EQ(verdicts.find(0, address(mkdb::limits::json_schema_verdicts * 16)), true);
}

} // namespace
