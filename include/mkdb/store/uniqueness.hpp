#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/engine/find_duplicates.hpp>
#include <mkdb/engine/find_holder.hpp>
#include <mkdb/engine/unique_values.hpp>
#include <mkdb/index/condition.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// Which fields the partitions of a store keep unique, and how that changes while they work.
///
/// Thread safety: one call at a time.
template <class Partition>
class uniqueness {
public:
    using partition_list = std::vector<std::shared_ptr<Partition>>;

    /// The partitions outlive this.
    explicit uniqueness(partition_list const& partitions)
        : partitions_(&partitions), claims_(std::make_shared<engine::value_claims>()) {}

    /// For the opening of a store: keeps fields unique from the first write on, whatever is there. Returns a sentence
    /// for each field whose values are shared all the same, or may be.
    [[nodiscard]] std::vector<std::string> begin(engine::unique_fields fields) {
        keep(made_of(fields));
        fields_ = std::move(fields);
        std::vector<std::string> notes;
        for (auto const& field : fields_) {
            auto const found = duplicates_of(field, told_at_opening);
            if (!found) {
                notes.push_back(named(field) +
                                "is kept unique, but whether it was could not be seen: " + found.error().message);
            } else if (!found->empty()) {
                notes.push_back(named(field) + "is kept unique, but was not: " + listed(*found));
            }
        }
        return notes;
    }

    /// Keeps `wanted` unique, and calls `adopt` when all that is there is so, before the last fields of before are let
    /// go. Errors: `value_taken` with two records that share a value, `io`; nothing changed then.
    template <class Adopt>
    [[nodiscard]] result<> change(engine::unique_fields wanted, Adopt&& adopt) {
        if (wanted == fields_) {
            std::forward<Adopt>(adopt)();
            return {};
        }
        auto const before = made_of(fields_);
        auto const after = made_of(wanted);
        engine::unique_fields both;
        std::ranges::set_union(fields_, wanted, std::back_inserter(both));
        // First: what is written while the records are looked through must not add to what they share.
        keep(made_of(both));
        scope_fail refused([&] { keep(before); });
        MKDB_TRY(make_durable());
        MKDB_TRY(check_new(wanted));
        keep(after); // While the indexes of before are there: no write needs to read all records.
        std::forward<Adopt>(adopt)();
        refused.release();
        fields_ = std::move(wanted);
        return {};
    }

private:
    using shared_values = std::shared_ptr<engine::unique_values const>;

    static constexpr std::size_t told_at_opening = 3;

    /// Null for no fields.
    [[nodiscard]] shared_values made_of(engine::unique_fields const& fields) const {
        if (fields.empty()) {
            return nullptr;
        }
        // A partition may outlive the store, to answer the last of its callers, and must not keep the others.
        std::vector<std::weak_ptr<Partition>> partitions(partitions_->begin(), partitions_->end());
        return std::make_shared<engine::unique_values const>(engine::unique_values{
            fields, claims_,
            [partitions = std::move(partitions)](engine::unique_field const& field, boost::json::value const& value,
                                                 engine::unique_values::id_test const& passed_over) {
                return find_in(partitions, field, value, passed_over);
            }});
    }

    [[nodiscard]] static result<std::optional<std::string>>
    find_in(std::vector<std::weak_ptr<Partition>> const& partitions, engine::unique_field const& field,
            boost::json::value const& value, engine::unique_values::id_test const& passed_over) {
        index::condition const equal{field.name, index::operation::eq, value, {}};
        std::string key;
        static_cast<void>(index::scalar_key(value, key));
        for (auto const& each : partitions) {
            auto const partition = each.lock();
            if (!partition) {
                return fail(errc::closed, "The store is closed");
            }
            if (auto holder = engine::find_holder(*partition, field, equal, key, passed_over)) {
                return holder;
            }
        }
        return std::optional<std::string>();
    }

    void keep(shared_values const& wanted) const noexcept {
        for (auto const& partition : *partitions_) {
            partition->keep_unique(wanted);
        }
    }

    /// What records gave up before they were held to anything: another gets it in a log of its own, which a crash may
    /// leave further on.
    [[nodiscard]] result<> make_durable() const {
        for (auto const& partition : *partitions_) {
            MKDB_TRY(partition->flush());
        }
        return {};
    }

    [[nodiscard]] result<> check_new(engine::unique_fields const& wanted) const {
        for (auto const& field : wanted) {
            if (std::ranges::binary_search(fields_, field)) {
                continue;
            }
            MKDB_TRY_ASSIGN(auto const found, duplicates_of(field, 1));
            if (!found.empty()) {
                return fail(errc::value_taken, named(field) + "cannot be unique: " + found.front().sentence());
            }
        }
        return {};
    }

    [[nodiscard]] result<std::vector<engine::duplicate_value>> duplicates_of(engine::unique_field const& field,
                                                                             std::size_t limit) const {
        auto const seed = partitions_->front()->inspect([](auto const& state) { return state.rows.seed(); });
        return engine::duplicate_search(*partitions_, field, seed).run(limit);
    }

    [[nodiscard]] static std::string named(engine::unique_field const& field) {
        return "field '" + document::shortened(field.name) + "' ";
    }

    [[nodiscard]] static std::string listed(std::vector<engine::duplicate_value> const& found) {
        std::string list;
        for (auto const& each : found) {
            list += (list.empty() ? "" : ", ") + each.sentence();
        }
        return found.size() < told_at_opening ? list : list + ", and there may be more";
    }

    partition_list const* partitions_;
    std::shared_ptr<engine::value_claims> claims_;
    engine::unique_fields fields_;
};

} // namespace mkdb
