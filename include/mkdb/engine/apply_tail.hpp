#pragma once

#include <mkdb/document/parse.hpp>
#include <mkdb/engine/directory_builder.hpp>
#include <mkdb/engine/load_state.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Brings a saved state up to date with what the log holds behind its mark. Indexes are told what a row held before,
/// which is read from the log, as is what it holds now; when that is unreadable, none of them can be relied upon any
/// more.
template <class Backend, class IndexInstance>
class tail_application {
public:
    tail_application(Backend const& backend, saved_state<IndexInstance>& state)
        : backend_(&backend), state_(&state), indexed_(!state.loaded.empty()) {}

    /// `tail` is what came after the mark, and `lost` what of it is damaged. False when it does not go together with
    /// the saved state, which is useless then. Errors: `io`.
    [[nodiscard]] result<bool> apply(directory_builder tail, std::vector<storage::lost_record> const& lost) {
        auto const damaged = tail.take_lost(lost);
        auto const graves = tail.take_graves();
        auto const fresh = tail.finish();
        if (state_->rows.rows_left() < fresh.size()) {
            return false;
        }
        for (auto const& [id, sequence] : graves) {
            MKDB_TRY(remove(id, sequence));
        }
        for (auto const& [id, sequence] : damaged) {
            MKDB_TRY(remove(id, sequence));
            state_->lost.insert_or_assign(id, sequence);
        }
        for (auto const row : fresh.live()) {
            MKDB_TRY_ASSIGN(bool const fits, put(fresh.id(row), fresh.at(row)));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

private:
    [[nodiscard]] result<> remove(std::string_view id, std::uint64_t sequence) {
        forget_damage(id);
        auto const row = state_->rows.find(id);
        if (row && state_->rows.at(*row).sequence < sequence) {
            MKDB_TRY(unindex(*row));
            state_->rows.erase(*row);
        }
        return {};
    }

    [[nodiscard]] result<bool> put(std::string_view id, version const& newest) {
        forget_damage(id);
        auto row = state_->rows.find(id);
        if (row) {
            MKDB_TRY(unindex(*row));
            if (state_->rows.at(*row).created == newest.created) {
                state_->rows.update(*row, newest);
            } else {
                state_->rows.erase(*row);
                row.reset();
            }
        }
        if (!row) {
            // Rows ascend as their records were created: one that was created before the mark is not new.
            if (newest.created <= newest_created()) {
                return false;
            }
            row = state_->rows.insert(id, newest);
        }
        MKDB_TRY(index(*row));
        return true;
    }

    void forget_damage(std::string_view id) {
        if (auto const found = state_->lost.find(id); found != state_->lost.end()) {
            state_->lost.erase(found);
        }
    }

    [[nodiscard]] std::uint64_t newest_created() const {
        auto const& rows = state_->rows;
        return rows.size() == 0 ? 0 : rows.at(rows.live().maximum()).created;
    }

    [[nodiscard]] result<> unindex(row_id row) {
        if (indexed_) {
            MKDB_TRY_ASSIGN(auto const fields, fields_of(row));
            if (fields) {
                state_->indexes.erase(row, *fields);
            } else {
                give_up_indexes();
            }
        }
        return {};
    }

    [[nodiscard]] result<> index(row_id row) {
        if (indexed_) {
            MKDB_TRY_ASSIGN(auto const fields, fields_of(row));
            if (fields) {
                state_->indexes.insert(row, *fields);
            } else {
                give_up_indexes();
            }
        }
        return {};
    }

    void give_up_indexes() {
        indexed_ = false;
        state_->loaded.clear();
    }

    /// None when the record is damaged. Errors: `io`.
    [[nodiscard]] result<std::optional<boost::json::object>> fields_of(row_id row) const {
        auto const stored = backend_->read(state_->rows.at(row).where);
        if (!stored && stored.error().code != errc::corrupt_record) {
            return stored.error();
        }
        if (!stored || stored->id() != state_->rows.id(row)) {
            return std::optional<boost::json::object>{};
        }
        MKDB_TRY_ASSIGN(auto fields, document::parse_object(stored->value()));
        return std::optional(std::move(fields));
    }

    Backend const* backend_;
    saved_state<IndexInstance>* state_;
    bool indexed_;
};

} // namespace mkdb::engine
