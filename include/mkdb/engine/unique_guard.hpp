#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/engine/staged_version.hpp>
#include <mkdb/engine/unique_values.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::engine {

/// Keeps unique fields so while one group of operations is staged and committed.
///
/// A value that a record gets is claimed until the group is visible or refused: until this is destroyed.
/// Thread safety: one thread at a time, the leader's.
class unique_guard {
public:
    /// `kept` outlives this.
    explicit unique_guard(unique_values const& kept) noexcept : kept_(&kept) {}
    unique_guard(unique_guard const&) = delete;
    unique_guard& operator=(unique_guard const&) = delete;
    ~unique_guard() {
        for (auto const& [value, id] : claimed_) {
            kept_->claims->release(value, id);
        }
    }

    /// Whether a record may become `after` from what the group left of it so far, `before`; null: nothing. `touched`
    /// gives what the group makes of a record, null when it leaves it alone.
    ///
    /// Errors: `value_taken`; `invalid_argument` for an array or an object; what looking for a holder gives. Nothing is
    /// claimed or given up then.
    template <class Touched>
    [[nodiscard]] result<> admit(std::string const& id, boost::json::object const* before,
                                 boost::json::object const& after, Touched const& touched) {
        std::vector<std::string> taken;
        scope_fail refused([&] {
            for (auto const& value : taken) {
                drop(value, id);
            }
        });
        for (auto const& field : kept_->fields) {
            auto const* value = field.find_in(after);
            MKDB_TRY(check_scalar(id, field, value));
            auto const key = unique_key(field, after);
            if (key.empty() || (before != nullptr && key == unique_key(field, *before))) {
                continue;
            }
            taken.push_back(claim_of(field, key));
            MKDB_TRY(take(id, field, *value, taken, [&](std::string_view other) {
                staged_version const* staged = touched(other);
                bool const gave_up =
                    staged != nullptr && (!staged->present || unique_key(field, staged->fields) != key);
                return gave_up || other == id;
            }));
        }
        refused.release();
        if (before != nullptr) {
            give_up(id, *before, &after);
        }
        return {};
    }

    /// A record no longer becomes `before`, which the group had left of it, but `after`; null: it goes. What it was to
    /// get and does not get any more, others may have.
    void give_up(std::string const& id, boost::json::object const& before, boost::json::object const* after) {
        for (auto const& field : kept_->fields) {
            auto const key = unique_key(field, before);
            if (key.empty() || (after != nullptr && key == unique_key(field, *after))) {
                continue;
            }
            drop(claim_of(field, key), id);
        }
    }

    /// Whether a record that was there loses a value, so that another one may get it.
    [[nodiscard]] bool frees_a_value(std::span<staged_version const> versions) const {
        return std::ranges::any_of(versions, [this](staged_version const& each) {
            return each.sequence != 0 && each.before && (each.before->damaged || frees_a_value(each));
        });
    }

    /// Claims stay for good: whether the group will be there when the store is opened again is unknown.
    void keep_claims() noexcept { claimed_.clear(); }

private:
    [[nodiscard]] static result<> check_scalar(std::string const& id, unique_field const& field,
                                               boost::json::value const* value) {
        if (value == nullptr || !(value->is_array() || value->is_object())) {
            return {};
        }
        return fail(errc::invalid_argument, "Record '" + id + "': field '" + document::shortened(field.name) +
                                                "' is unique: expected a string, a number, true or false, found " +
                                                document::describe(*value));
    }

    /// The value as the table of claims knows it, apart from that of every other field.
    [[nodiscard]] static std::string claim_of(unique_field const& field, std::string const& key) {
        return (field.nested ? "path " : "name ") + std::to_string(field.name.size()) + ' ' + field.name + key;
    }

    /// `taken.back()` is the claim; it leaves `taken` when another has it.
    [[nodiscard]] result<> take(std::string const& id, unique_field const& field, boost::json::value const& value,
                                std::vector<std::string>& taken, unique_values::id_test const& passed_over) {
        auto const [at, fresh] = claimed_.emplace(taken.back(), id);
        auto owner = fresh ? kept_->claims->claim(taken.back(), id) : std::optional(at->second);
        if (owner) {
            if (fresh) {
                claimed_.erase(at);
            }
            taken.pop_back();
        } else {
            MKDB_TRY_ASSIGN(owner, kept_->find_holder(field, value, passed_over));
        }
        return owner ? is_taken(id, field, value, *owner) : result<>();
    }

    [[nodiscard]] static error is_taken(std::string const& id, unique_field const& field,
                                        boost::json::value const& value, std::string const& owner) {
        return fail(errc::value_taken, "Record '" + id + "': field '" + document::shortened(field.name) +
                                           "': " + document::describe(value) + " is taken by record '" + owner + "'");
    }

    [[nodiscard]] bool frees_a_value(staged_version const& staged) const {
        return std::ranges::any_of(kept_->fields, [&](unique_field const& field) {
            auto const key = unique_key(field, staged.before->fields);
            return !key.empty() && (!staged.present || key != unique_key(field, staged.fields));
        });
    }

    /// Unless it is the claim of another record.
    void drop(std::string const& value, std::string const& id) noexcept {
        kept_->claims->release(value, id);
        if (auto const at = claimed_.find(value); at != claimed_.end() && at->second == id) {
            claimed_.erase(at);
        }
    }

    unique_values const* kept_;
    std::map<std::string, std::string> claimed_; ///< Values that this group gives to records, by claim, and to which.
};

} // namespace mkdb::engine
