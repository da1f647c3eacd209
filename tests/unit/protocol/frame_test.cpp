#include <mkdb/protocol/frame.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace mkdb::protocol;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string frame(std::string_view payload) {
    std::string out;
    append_frame(out, payload);
    return out;
}

struct Frames : ::testing::Test {
    frame_decoder decoder{1000};
    std::vector<std::string> got;

    void feed(std::string_view bytes) {
        decoder.feed(bytes, [this](std::string_view payload) {
            got.emplace_back(payload);
            return true;
        });
    }
};

TEST_F(Frames, BeginWithTheirLengthInNetworkOrder) {
    EXPECT_EQ(frame("abc"), std::string("\0\0\0\3abc", 7));
    EXPECT_EQ(frame(std::string(258, 'x')).substr(0, 4), std::string("\0\0\1\2", 4));
}

TEST_F(Frames, AreTheSameHoweverTheStreamIsCut) {
    std::string stream;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 500; ++i) {
        expected.emplace_back(1 + i % 17, static_cast<char>('a' + i % 26));
        stream += frame(expected.back());
    }
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        decoder = frame_decoder(1000);
        got.clear();
        feed(std::string_view(stream).substr(0, cut));
        feed(std::string_view(stream).substr(cut));
        ASSERT_EQ(got, expected) << "cut at " << cut;
        ASSERT_EQ(decoder.held_bytes(), 0U);
    }
}

TEST_F(Frames, ArriveByteByByte) {
    for (auto const byte : frame("one") + frame("") + frame("two")) {
        feed({&byte, 1});
    }
    EXPECT_THAT(got, ElementsAre("one", "two"));
}

TEST_F(Frames, OfZeroLengthAreIgnored) {
    feed(frame("") + frame("") + frame("a") + frame(""));
    EXPECT_THAT(got, ElementsAre("a"));
}

TEST_F(Frames, MayBeAsLongAsTheLimitAndNoLonger) {
    feed(frame(std::string(1000, 'x')));
    EXPECT_EQ(got.size(), 1U);
    EXPECT_EQ(decoder.oversized(), std::nullopt);
    feed(frame("a") + frame(std::string(1001, 'x')) + frame("b"));
    EXPECT_EQ(got.size(), 2U);
    EXPECT_EQ(decoder.oversized(), 1001U);
    EXPECT_EQ(decoder.held_bytes(), 0U);
}

TEST_F(Frames, ThatAreTooLongHoldNothingAndEndTheStream) {
    for (auto const* const header : {"\x7F\xFF\xFF\xFF", "\x80\0\0\0", "\xFF\xFF\xFF\xFF"}) {
        decoder = frame_decoder(1000);
        feed(std::string(header, 4) + std::string(100'000, 'x'));
        ASSERT_TRUE(decoder.oversized());
        EXPECT_EQ(decoder.oversized_header(), std::string_view(header, 4));
        feed(frame("a"));
        EXPECT_EQ(decoder.held_bytes(), 0U);
    }
    EXPECT_THAT(got, IsEmpty());
}

TEST_F(Frames, HoldNoMoreThanHasArrived) {
    decoder = frame_decoder(10 * 1024 * 1024);
    feed(frame(std::string(10 * 1024 * 1024, 'x')).substr(0, 100));
    EXPECT_EQ(decoder.held_bytes(), 100U);
}

TEST_F(Frames, WaitWhenTheReceiverHasEnough) {
    auto const stream = frame("a") + frame("b") + frame("c");
    auto const one_by_one = [this](std::string_view payload) {
        got.emplace_back(payload);
        return false;
    };
    decoder.feed(stream, one_by_one);
    EXPECT_THAT(got, ElementsAre("a"));
    decoder.feed({}, one_by_one);
    EXPECT_THAT(got, ElementsAre("a", "b"));
    feed(frame("d"));
    EXPECT_THAT(got, ElementsAre("a", "b", "c", "d"));
}

} // namespace
