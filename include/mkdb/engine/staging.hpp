#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/check.hpp>
#include <mkdb/document/field_rules.hpp>
#include <mkdb/document/json_schema/check.hpp>
#include <mkdb/document/merge.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/engine/id_map.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/engine/staged_version.hpp>
#include <mkdb/engine/unique_guard.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Resolves the operations of one commit, in order, into one new version per record; touches nothing else.
///
/// Preconditions: ids and deltas passed `check_id` and `check_delta`, the latter as the operation's `nested` says.
/// `ReadBase` is `result<std::optional<base_state>>(std::string_view id)`: the state before the commit.
template <class ReadBase>
class staging {
public:
    /// Sequence numbers are given out from `first_sequence`, one for each operation that changes something. `hash_seed`
    /// is secret. `unique` is asked before a record gets a value; null: nobody is.
    staging(ReadBase read_base, bool nested, std::uint64_t first_sequence, std::uint64_t hash_seed,
            unique_guard* unique = nullptr)
        : read_base_(std::move(read_base)), nested_(nested), next_sequence_(first_sequence),
          by_id_(0, seeded_hash{hash_seed}), unique_(unique) {}

    /// Errors: `revision_conflict`, `limit_exceeded`, `invalid_argument` for a broken rule, `value_taken`, those of
    /// `check_delta`, and what reading the base gives; the staged state is unchanged.
    [[nodiscard]] result<write_outcome> apply(operation& op) {
        MKDB_TRY_ASSIGN(auto const at, staged_index(op.id));
        auto& staged = versions_[at];
        bool const there = is_there(op, staged);
        MKDB_TRY(check_revision(op, there ? revision_of(staged) : 0));
        if (op.what == change::kind::erase) {
            return apply_erase(op, staged, op.reaps ? is_reaped(op, staged) : staged.present);
        }
        return apply_write(op, staged, there);
    }

    /// What all operations leave together; nothing more is applied then. New records come in order of creation,
    /// whatever was first heard of their ids, since that is how they get their rows.
    [[nodiscard]] std::vector<staged_version>& versions() {
        if (std::exchange(out_of_order_, false)) {
            std::ranges::stable_sort(versions_, {}, &staged_version::created);
        }
        return versions_;
    }
    [[nodiscard]] std::vector<change> take_changes() noexcept { return std::move(changes_); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    [[nodiscard]] result<std::size_t> staged_index(std::string const& id) {
        if (auto const found = by_id_.find(id); found != by_id_.end()) {
            return found->second;
        }
        MKDB_TRY_ASSIGN(auto before, read_base_(id));
        staged_version fresh;
        fresh.id = id;
        fresh.present = before.has_value();
        fresh.created = before ? before->created : 0;
        fresh.before = std::move(before);
        versions_.push_back(std::move(fresh));
        by_id_.emplace(id, versions_.size() - 1);
        return versions_.size() - 1;
    }

    [[nodiscard]] bool is_there(operation const& op, staged_version const& staged) const {
        return staged.present && !document::is_over(fields_of(staged), op.expiry, nested_);
    }

    /// What is damaged cannot tell; what the index has of that revision stands for it.
    [[nodiscard]] bool is_reaped(operation const& op, staged_version const& staged) const {
        bool const unread = staged.sequence == 0 && staged.before && staged.before->damaged;
        return staged.present && (unread ? staged.before->revision == op.known_over : !is_there(op, staged));
    }

    /// Precondition: it is present.
    [[nodiscard]] static std::uint64_t revision_of(staged_version const& staged) noexcept {
        return staged.sequence != 0 ? staged.sequence : staged.before->revision;
    }

    [[nodiscard]] static result<> check_revision(operation const& op, std::uint64_t current) {
        if (!op.if_revision || *op.if_revision == current) {
            return {};
        }
        return fail(errc::revision_conflict, current == 0 ? "Revision conflict: record '" + op.id + "' does not exist"
                                                          : "Revision conflict: record '" + op.id +
                                                                "' is at revision " + std::to_string(current) +
                                                                ", not " + std::to_string(*op.if_revision));
    }

    [[nodiscard]] result<write_outcome> apply_erase(operation const& op, staged_version& staged, bool wanted) {
        if (wanted) {
            if (unique_ != nullptr) {
                unique_->give_up(op.id, fields_of(staged), nullptr);
            }
            staged.present = false;
            staged.fields.clear();
            staged.text.reset();
            staged.sequence = next_sequence_++;
            changes_.push_back({staged.sequence, op.id, change::kind::erase});
        }
        return write_outcome{op.id, op.reaps && wanted ? staged.sequence : 0};
    }

    [[nodiscard]] result<write_outcome> apply_write(operation const& op, staged_version& staged, bool there) {
        if (there && staged.sequence == 0 && staged.before->damaged) {
            return fail(errc::corrupt_record,
                        "Record '" + op.id + "' is damaged and cannot be merged into: delete it first");
        }
        if (op.nested != nested_) {
            MKDB_TRY(document::check_delta(op.delta, nested_)); // Paths can be deeper than the names that they were.
        }
        auto fields = there ? fields_of(staged) : boost::json::object();
        document::merge(fields, op.delta, nested_);
        MKDB_TRY(check_rules(op, fields));
        auto text = std::make_shared<std::string>(document::to_json(fields));
        if (text->size() > limits::document_bytes) {
            return fail(errc::limit_exceeded, "Record '" + op.id + "' would have " + std::to_string(text->size()) +
                                                  " bytes; the limit is " + std::to_string(limits::document_bytes));
        }
        MKDB_TRY(keep_unique(op, staged, fields)); // Last: what it claims, a refusal would leave claimed.
        staged.sequence = next_sequence_++;
        if (!there) {
            staged.created = staged.sequence;
            out_of_order_ = out_of_order_ || &staged != &versions_.back();
        }
        staged.present = true;
        staged.fields = std::move(fields);
        bytes_ += text->size() + op.id.size();
        staged.text = std::move(text);
        changes_.push_back({staged.sequence, op.id, change::kind::write});
        return write_outcome{op.id, staged.sequence};
    }

    [[nodiscard]] result<> check_rules(operation const& op, boost::json::object const& fields) const {
        auto kept = op.rules ? document::check_rules(*op.rules, fields, nested_) : result<>();
        if (kept) {
            kept = document::check_json_schema(op.json_schema, fields, by_id_.hash_function().seed);
        }
        return kept ? kept
                    : fail(kept.error().code, "Record '" + op.id + "': " + kept.error().message +
                                                  origin_of(op.expiry, kept.error().message));
    }

    /// Where a field comes from that whoever wrote the record need not have named.
    [[nodiscard]] static std::string origin_of(document::expiry const& when, std::string_view fault) {
        bool const is_set_by_ttl =
            when.is_kept() && fault.starts_with("field '" + document::shortened(*when.field) + "': ");
        return is_set_by_ttl ? " (it is the store's ttl_field, which 'ttl' of a write sets to when the record ends)"
                             : "";
    }

    [[nodiscard]] result<> keep_unique(operation const& op, staged_version const& staged,
                                       boost::json::object const& fields) const {
        if (unique_ == nullptr) {
            return {};
        }
        auto const touched = [this](std::string_view id) -> staged_version const* {
            auto const at = by_id_.find(id);
            return at == by_id_.end() || versions_[at->second].sequence == 0 ? nullptr : &versions_[at->second];
        };
        return unique_->admit(op.id, staged.present ? &fields_of(staged) : nullptr, fields, touched);
    }

    /// Precondition: the record is present.
    [[nodiscard]] static boost::json::object const& fields_of(staged_version const& staged) noexcept {
        return staged.sequence != 0 ? staged.fields : staged.before->fields;
    }

    ReadBase read_base_;
    bool nested_;
    std::uint64_t next_sequence_;
    std::vector<staged_version> versions_;
    id_map<std::size_t> by_id_;
    std::vector<change> changes_;
    std::size_t bytes_ = 0;
    bool out_of_order_ = false;
    unique_guard* unique_;
};

} // namespace mkdb::engine
