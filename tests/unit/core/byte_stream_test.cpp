#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace {

using mkdb::byte_reader;
using mkdb::byte_writer;
using mkdb::mebibyte;

/// Texts of all sizes around that of a piece, and numbers between them.
std::vector<std::string> texts(std::mt19937& random) {
    std::vector<std::string> made;
    for (auto const size : {mebibyte - 5, mebibyte, mebibyte + 1, 3 * mebibyte, std::size_t{0}}) {
        made.emplace_back(size, static_cast<char>(random()));
    }
    for (int i = 0; i < 3000; ++i) {
        made.emplace_back(random() % (std::size_t{1} << (random() % 15)), static_cast<char>(random()));
    }
    std::ranges::shuffle(made, random);
    return made;
}

void write(byte_writer& to, std::vector<std::string> const& all) {
    for (auto const& each : all) {
        to.put(static_cast<std::uint64_t>(each.size() * 7));
        to.put_text(each);
    }
}

TEST(ByteWriter, GivesASinkWhatItWouldHaveKept) {
    std::mt19937 random(5);
    auto const all = texts(random);
    byte_writer whole;
    write(whole, all);
    std::string passed_on;
    std::size_t largest = 0;
    byte_writer pieces([&](std::string_view piece) {
        EXPECT_FALSE(piece.empty());
        passed_on += piece;
        largest = std::max(largest, piece.size());
    });
    write(pieces, all);
    pieces.flush();
    pieces.flush();
    EXPECT_EQ(pieces.size(), whole.size());
    EXPECT_EQ(passed_on, std::move(whole).take());
    EXPECT_EQ(largest, 3 * mebibyte) << "what is larger than a piece is not put together with others";
}

class ByteReader : public testing::Test {
protected:
    std::mt19937 random{7};
    std::vector<std::string> all = texts(random);
    std::string bytes = [this] {
        byte_writer whole;
        write(whole, all);
        return std::move(whole).take();
    }();
    std::size_t given = 0;
    std::size_t fails_from = SIZE_MAX;

    byte_reader reader() {
        given = 0;
        return byte_reader(
            [this](std::span<char> into) {
                std::ranges::copy(std::string_view(bytes).substr(given, into.size()), into.begin());
                given += into.size();
                return given <= fails_from;
            },
            bytes.size());
    }
};

TEST_F(ByteReader, HasOfASourceWhatItWouldHaveOfAllOfIt) {
    auto from = reader();
    for (auto const& each : all) {
        auto const left = from.left();
        ASSERT_EQ(from.peek<std::uint64_t>(), each.size() * 7);
        ASSERT_EQ(from.left(), left);
        ASSERT_EQ(from.get<std::uint64_t>(), each.size() * 7);
        ASSERT_EQ(from.text(), each);
    }
    EXPECT_TRUE(from.at_end());
    EXPECT_EQ(from.get<std::uint8_t>(), 0U);
    EXPECT_FALSE(from.sound());
    EXPECT_EQ(from.peek<std::uint8_t>(), 0U);
}

TEST_F(ByteReader, IsUnsoundFromWhereTheSourceFails) {
    fails_from = 5 * mebibyte;
    auto from = reader();
    std::size_t read = 0;
    while (from.sound()) {
        std::ignore = from.get<std::uint64_t>();
        read += from.text().size();
    }
    EXPECT_LE(read, fails_from);
    EXPECT_EQ(from.left(), 0U);
    EXPECT_FALSE(from.at_end());
    EXPECT_TRUE(from.bytes(1).empty());
}

TEST_F(ByteReader, AsksForNothingBeyondTheEnd) {
    auto from = reader();
    EXPECT_TRUE(from.bytes(bytes.size() + 1).empty());
    EXPECT_FALSE(from.sound());
    EXPECT_EQ(given, 0U);
}

} // namespace
