#include <mkdb/document/utf8.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using mkdb::document::is_utf8;

TEST(Utf8, AcceptsEveryLengthOfSequence) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("plain ascii, longer than a machine word"));
    EXPECT_TRUE(is_utf8("\x7F \u0080 \u07FF \u0800 \uFFFF \U00010000 \U0010FFFF"));
    EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsBeyondUnicode) {
    for (std::string_view const bad : {"\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xED\xA0\x80", "\xED\xBF\xBF",
                                       "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "\x80"}) {
        EXPECT_FALSE(is_utf8(bad));
    }
}

TEST(Utf8, RefusesASequenceThatIsCutOffWhereverItStands) {
    for (std::string_view const cut : {"\xC3", "\xE2\x82", "\xF0\x9F\x99"}) {
        for (std::size_t before = 0; before < 17; ++before) {
            auto const text = std::string(before, 'a') + std::string(cut);
            EXPECT_FALSE(is_utf8(text)) << before;
            EXPECT_FALSE(is_utf8(text + "abcdefgh")) << before;
        }
    }
}

} // namespace
