#pragma once

#include <mkdb/document/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mkdb::document::detail {

/// Where in a record a value stands, as a chain of steps that lie on the stack.
struct schema_place {
    enum class step : std::uint8_t {
        record,  ///< The record itself.
        field,   ///< `name` of the object above.
        element, ///< Number `index` of the list above.
        name,    ///< The name of what is above.
    };

    schema_place const* above = nullptr;
    step last = step::record;
    std::string_view name{};
    std::size_t index = 0;

    [[nodiscard]] schema_place field(std::string_view called) const { return {this, step::field, called, 0}; }
    [[nodiscard]] schema_place element(std::size_t at) const { return {this, step::element, {}, at}; }
    [[nodiscard]] schema_place its_name() const { return {this, step::name, {}, 0}; }

    /// As `field 'lines[2].price': `, to begin a sentence with; nothing for the record itself.
    [[nodiscard]] std::string introduction() const {
        if (last == step::record) {
            return "";
        }
        return last == step::name ? "name of " + above->introduction() : "field '" + path() + "': ";
    }

private:
    [[nodiscard]] std::string path() const {
        constexpr std::size_t limit = 240;
        std::string text;
        for (auto const* each = this; each->last != step::record; each = each->above) {
            if (text.size() > limit) {
                return "…" + text;
            }
            bool const joined = text.empty() || text.front() == '[';
            text = (each->last == step::element ? "[" + std::to_string(each->index) + "]" : shortened(each->name)) +
                   (joined ? "" : ".") + text;
        }
        return text;
    }
};

/// Keeps the first thing that is wrong with a record, unless it is asked for nothing but whether there is one.
class schema_report {
public:
    /// Returns false. `sentence()` makes the message, without the place.
    template <class Sentence>
    [[nodiscard]] bool refuse(schema_place const& place, Sentence&& sentence) {
        if (muted_ == 0) {
            message_ = place.introduction() + sentence();
        }
        return false;
    }

    /// Runs `question()`, a bool, whose answer is no matter by itself if it is asked `quietly`.
    template <class Question>
    [[nodiscard]] bool ask(Question&& question, bool quietly) {
        muted_ += quietly ? 1 : 0;
        bool const answer = question();
        muted_ -= quietly ? 1 : 0;
        return answer;
    }

    [[nodiscard]] bool is_muted() const noexcept { return muted_ != 0; }
    [[nodiscard]] std::string const& message() const noexcept { return message_; }

private:
    std::size_t muted_ = 0;
    std::string message_;
};

} // namespace mkdb::document::detail
