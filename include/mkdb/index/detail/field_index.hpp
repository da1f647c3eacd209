#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/index/concept.hpp>
#include <mkdb/index/detail/index_heap.hpp>
#include <mkdb/index/row_set.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace mkdb::index::detail {

/// The index of one field, of one of the models, and what its terms are made by.
template <class Tokenizer, class... Models>
class field_index {
public:
    /// The tokenizer outlives this. `in` is the name of its language, empty for the one that fields have by themselves.
    /// Without `memory` all is in RAM.
    template <class Made>
    field_index(std::in_place_type_t<Made> type, Tokenizer const& made_by, std::string_view in, std::uint64_t seed,
                std::shared_ptr<index_memory> memory)
        : heap_(memory ? std::make_unique<index_heap>(std::move(memory)) : nullptr), language(in),
          tokenizer_(&made_by) {
        index_heap::use const in_use(heap_.get());
        std::construct_at(&index, type, made_by, seed);
    }
    field_index(field_index const&) = delete;
    field_index& operator=(field_index const&) = delete;
    /// Where the heap ends by itself nothing of the index is touched: what is in RAM goes at once, and what lies on the
    /// disk is not read back for its end.
    ~field_index() {
        if (!heap_ || !heap_->ends_by_itself() || !abandon()) {
            std::destroy_at(&index);
        }
    }

private:
    std::unique_ptr<index_heap> heap_; ///< Outlives what is in it.

public:
    union {
        std::variant<typename Models::template instance<Tokenizer>...> index;
    };
    std::string language;

    /// What shapes the bytes that a checkpoint keeps: the model's format over the tokenizer, and what the field's name
    /// means. Empty for a model of which none are kept.
    [[nodiscard]] std::string format(bool nested) const {
        using format_maker = std::string (*)(Tokenizer const&);
        constexpr std::array<format_maker, sizeof...(Models)> makers{&format_of<Models>...};
        auto const made = makers[index.index()](*tokenizer_);
        return made.empty() ? made : made + (nested ? " nested" : " flat");
    }

    /// Runs `apply(index)`, which changes it.
    template <class Apply>
    void change(Apply&& apply) {
        index_heap::use const in_use(heap_.get());
        std::visit(std::forward<Apply>(apply), index);
    }

    /// What counts for the limit of its `index_memory`.
    [[nodiscard]] std::uint64_t ram_bytes() const noexcept { return heap_ ? heap_->ram_bytes() : 0; }

    void save(byte_writer& to) const {
        std::visit(
            [&](auto const& one) {
                if constexpr (requires { one.save(to); }) {
                    one.save(to);
                }
            },
            index);
    }

    /// All that is left in `from`. False when the bytes make no sense.
    [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
        index_heap::use const in_use(heap_.get());
        auto const load_one = [&](auto& one) {
            if constexpr (requires { one.load(from, live); }) {
                return one.load(from, live);
            } else {
                return false;
            }
        };
        return std::visit(load_one, index) && from.at_end();
    }

private:
    /// False for a model that has to be destroyed.
    [[nodiscard]] bool abandon() noexcept {
        return std::visit(
            [](auto& one) {
                if constexpr (abandonable_index<std::remove_cvref_t<decltype(one)>>) {
                    one.abandon();
                    return true;
                } else {
                    return false;
                }
            },
            index);
    }

    template <class Model>
    [[nodiscard]] static std::string format_of([[maybe_unused]] Tokenizer const& tokenizer) {
        if constexpr (checkpointable_index<Model, Tokenizer>) {
            return Model::checkpoint_format(tokenizer);
        } else {
            return {};
        }
    }

    Tokenizer const* tokenizer_;
};

} // namespace mkdb::index::detail
