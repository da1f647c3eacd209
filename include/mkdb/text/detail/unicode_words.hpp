#pragma once

#include <mkdb/core/assert.hpp>

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mkdb::text::detail {

/// Words of any script by ICU: its boundaries, dictionaries included (Chinese, Japanese, Thai, Khmer …), and its
/// folding.
///
/// Thread safety: none; `of_this_thread` is.
class unicode_words {
public:
    [[nodiscard]] static unicode_words& of_this_thread() {
        static thread_local unicode_words words;
        return words;
    }

    /// Calls `visit(begin, end)` for each word, number, ideograph and emoji of UTF-8 text.
    template <class Visit> void for_each(std::string_view text, Visit&& visit) {
        for (std::size_t begin = 0; begin < text.size();) {
            auto const end = std::min(text.find_first_of(always_apart, begin), text.size());
            for_each_of(text.substr(begin, end - begin), begin, visit);
            begin = end + 1;
        }
    }

    /// NFKC with case folding, so that compatible forms and accents written either way are one word; the typographic
    /// apostrophe becomes the plain one. Valid until the next call.
    [[nodiscard]] std::string_view fold(std::string_view word) {
        auto status = U_ZERO_ERROR;
        folded_.clear();
        icu::StringByteSink<std::string> sink(&folded_);
        folding_->normalizeUTF8(0, icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size())), sink, nullptr,
                                status);
        MKDB_ASSERT(U_SUCCESS(status));
        constexpr std::string_view typographic = "\u2019";
        for (auto at = folded_.find(typographic); at != std::string::npos; at = folded_.find(typographic, at)) {
            folded_.replace(at, typographic.size(), "'");
        }
        return folded_;
    }

private:
    /// Versions of ICU differ in whether these belong to words; UAX #29 since Unicode 15.1 says that they do not.
    static constexpr std::string_view always_apart = "@:";

    template <class Visit> void for_each_of(std::string_view text, std::size_t offset, Visit&& visit) {
        auto status = U_ZERO_ERROR;
        UText view = UTEXT_INITIALIZER;
        utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &status);
        std::unique_ptr<UText, decltype(&utext_close)> const closed(&view, &utext_close);
        boundaries_->setText(&view, status);
        MKDB_ASSERT(U_SUCCESS(status));
        auto begin = boundaries_->first();
        for (auto end = boundaries_->next(); end != icu::BreakIterator::DONE; end = boundaries_->next()) {
            if (boundaries_->getRuleStatus() >= UBRK_WORD_NONE_LIMIT || is_pictogram(text, begin)) {
                visit(offset + static_cast<std::size_t>(begin), offset + static_cast<std::size_t>(end));
            }
            begin = end;
        }
    }

    unicode_words() {
        auto status = U_ZERO_ERROR;
        boundaries_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        folding_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
        // Fails only where ICU is installed without its data.
        MKDB_ASSERT(U_SUCCESS(status));
    }

    /// ICU calls emoji and flags no words, but people search for them.
    [[nodiscard]] static bool is_pictogram(std::string_view text, std::int32_t at) {
        UChar32 first = 0;
        U8_NEXT(reinterpret_cast<std::uint8_t const*>(text.data()), at, static_cast<std::int32_t>(text.size()), first);
        return first > 0x7F && (u_hasBinaryProperty(first, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
                                u_hasBinaryProperty(first, UCHAR_REGIONAL_INDICATOR) != 0);
    }

    std::unique_ptr<icu::BreakIterator> boundaries_;
    icu::Normalizer2 const* folding_ = nullptr;
    std::string folded_;
};

} // namespace mkdb::text::detail
