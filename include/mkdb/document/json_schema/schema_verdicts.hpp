#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/mixed_hash.hpp>
#include <mkdb/document/json_schema/schema_node.hpp>

#include <tsl/robin_map.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace mkdb::document::detail {

/// What schemas found about values, while one record is checked.
///
/// Complexity: constant; up to 60 MiB, at `limits::json_schema_verdicts`. Exceptions: `std::bad_alloc`.
class schema_verdicts {
public:
    /// Nothing when it was not kept.
    [[nodiscard]] std::optional<bool> find(schema_index schema, void const* identity) const {
        auto const known = verdicts_.find(question(schema, identity));
        return known == verdicts_.end() ? std::nullopt : std::optional(known->second);
    }

    void keep(schema_index schema, void const* identity, bool verdict) {
        if (verdicts_.size() == limits::json_schema_verdicts) {
            are_too_many_ = true;
        } else {
            verdicts_.insert_or_assign(question(schema, identity), verdict);
        }
    }

    /// Something could not be kept: who goes on may look at values for ever.
    [[nodiscard]] bool are_too_many() const noexcept { return are_too_many_; }

private:
    /// With the address in halves an entry takes 16 bytes and not 24: there may be many.
    struct question {
        question(schema_index asked, void const* identity) noexcept
            : schema(asked), address{static_cast<std::uint32_t>(address_of(identity)),
                                     static_cast<std::uint32_t>(address_of(identity) >> 32U)} {}

        [[nodiscard]] static std::uint64_t address_of(void const* identity) noexcept {
            return reinterpret_cast<std::uintptr_t>(identity);
        }

        friend bool operator==(question const&, question const&) = default;

        schema_index schema;
        std::array<std::uint32_t, 2> address;
    };

    struct question_hash {
        [[nodiscard]] std::size_t operator()(question const& asked) const noexcept {
            auto const address = std::uint64_t{asked.address[1]} << 32U | asked.address[0];
            return mixed_hash<std::uint64_t>()(address ^ std::uint64_t{asked.schema} << 48U);
        }
    };

    tsl::robin_map<question, bool, question_hash> verdicts_;
    bool are_too_many_ = false;
};

} // namespace mkdb::document::detail
