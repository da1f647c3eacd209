#include <mkdb/core/checksum.hpp>

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace {

using mkdb::as_bytes;
using mkdb::crc32c;

TEST(Checksum, MatchesTheCheckValueOfCrc32c) {
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);
}

TEST(Checksum, MatchesTheVectorsOfRfc3720) {
    std::vector<std::byte> bytes(32, std::byte{0});
    EXPECT_EQ(crc32c(bytes), 0x8A9136AAU);
    bytes.assign(32, std::byte{0xFF});
    EXPECT_EQ(crc32c(bytes), 0x62A8AB43U);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>(i);
    }
    EXPECT_EQ(crc32c(bytes), 0x46DD794EU);
}

TEST(Checksum, PortableAndInstructionAgreeAtEveryLengthAndSplit) {
    std::string text(67, '\0');
    std::iota(text.begin(), text.end(), '\x21');
    for (std::size_t length = 0; length <= text.size(); ++length) {
        auto const whole = std::string_view(text).substr(0, length);
        auto const expected = mkdb::detail::crc32c_portable(0, as_bytes(whole));
        EXPECT_EQ(crc32c(as_bytes(whole)), expected);
        auto const head = whole.substr(0, length / 3);
        auto const tail = whole.substr(length / 3);
        EXPECT_EQ(crc32c(as_bytes(tail), crc32c(as_bytes(head))), expected);
        EXPECT_EQ(mkdb::detail::crc32c_portable(mkdb::detail::crc32c_portable(0, as_bytes(head)), as_bytes(tail)),
                  expected);
    }
}

} // namespace
