#pragma once

#include <mkdb/core/result.hpp>

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::document {

/// A regular expression in RE2's syntax. There is no backtracking, and so are no back references: a search takes time
/// linear in the text, at worst times the steps of the expression's program.
///
/// Source: R. Cox, "Regular Expression Matching in the Wild" (2010). Copies share the compiled program.
/// Thread safety: const calls together.
class pattern {
public:
    static constexpr std::size_t longest = 1000;              ///< Bytes of the expression.
    static constexpr int most_steps = 1000;                   ///< Of its program: what one byte of a text can cost.
    static constexpr std::int64_t memory_limit = 1024 * 1024; ///< Bytes of its program and its automata.

    /// Errors, with the reason: `query_syntax` for what is no expression; `limit_exceeded`.
    [[nodiscard]] static result<pattern> compile(std::string_view expression) {
        if (expression.size() > longest) {
            return fail(errc::limit_exceeded, "longer than " + std::to_string(longest) + " bytes");
        }
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(memory_limit);
        auto compiled =
            std::make_shared<re2::RE2 const>(re2::StringPiece(expression.data(), expression.size()), options);
        if (!compiled->ok()) {
            bool const too_large = compiled->error_code() == re2::RE2::ErrorPatternTooLarge;
            return fail(too_large ? errc::limit_exceeded : errc::query_syntax, compiled->error());
        }
        if (compiled->ProgramSize() > most_steps) {
            return fail(errc::limit_exceeded, "it has " + std::to_string(compiled->ProgramSize()) +
                                                  " steps, more than " + std::to_string(most_steps));
        }
        return pattern(std::move(compiled));
    }

    /// Whether some part of the text fits.
    [[nodiscard]] bool found_in(std::string_view text) const {
        return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
    }

private:
    explicit pattern(std::shared_ptr<re2::RE2 const> compiled) noexcept : compiled_(std::move(compiled)) {}

    std::shared_ptr<re2::RE2 const> compiled_;
};

} // namespace mkdb::document
