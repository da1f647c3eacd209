#include <mkdb/engine/redo_record.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using mkdb::engine::decode_redo;
using mkdb::engine::encode_redo;
using mkdb::engine::redo_part;
using mkdb::storage::record_kind;

TEST(RedoRecord, GivesBackWhatItWasMadeOf) {
    std::vector<redo_part> const parts{{0, {record_kind::put, 7, 3, "a", R"({"n":1})"}},
                                       {255, {record_kind::tombstone, 8, 2, std::string_view("\0b", 2), ""}}};
    auto const text = encode_redo(parts);
    auto const found = decode_redo(text);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_EQ(found->at(i).partition, parts[i].partition);
        EXPECT_EQ(found->at(i).version.kind, parts[i].version.kind);
        EXPECT_EQ(found->at(i).version.sequence, parts[i].version.sequence);
        EXPECT_EQ(found->at(i).version.created, parts[i].version.created);
        EXPECT_EQ(found->at(i).version.id, parts[i].version.id);
        EXPECT_EQ(found->at(i).version.value, parts[i].version.value);
    }
}

TEST(RedoRecord, IsNotReadWhenItIsShorterOrLongerThanItSays) {
    auto const text = encode_redo(std::vector<redo_part>{{1, {record_kind::put, 7, 3, "id", R"({"n":1})"}}});
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_FALSE(decode_redo(text.substr(0, length))) << length;
    }
    EXPECT_FALSE(decode_redo(text + '\0'));
}

} // namespace
