#pragma once

#include <memory>
#include <string_view>
#include <utility>

namespace mkdb::document {

namespace detail {
struct schema_program;
}

/// What records must look like, made by `compile_json_schema` and asked by `check_json_schema`. One that was made
/// without is kept by every record.
///
/// Copies share what was compiled. Thread safety: const calls together.
class json_schema {
public:
    json_schema() noexcept = default;

    /// For `compile_json_schema`. Preconditions: `text` lives as long as `program`.
    json_schema(std::shared_ptr<detail::schema_program const> program, std::string_view text) noexcept
        : program_(std::move(program)), text_(text) {}

    [[nodiscard]] bool is_none() const noexcept { return program_ == nullptr; }

    /// The schema as JSON; empty for none.
    [[nodiscard]] std::string_view text() const noexcept { return is_none() ? std::string_view() : text_; }

    /// For `check_json_schema`; null for none.
    [[nodiscard]] detail::schema_program const* program() const noexcept { return program_.get(); }

private:
    std::shared_ptr<detail::schema_program const> program_;
    std::string_view text_; ///< Of the program: after a move of no matter, since it may be gone.
};

} // namespace mkdb::document
