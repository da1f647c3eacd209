#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/engine/staging.hpp>

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::engine {

/// Whether a read from the log leaves its text in the cache.
enum class caching { fill, leave };

/// Reads the newest versions of a partition: from the cache, from what is buffered, or from the log, where compaction
/// may move them meanwhile. The log is read without the partition's lock.
///
/// Thread safety: safe from any thread.
template <class Policies>
class version_reader {
public:
    using types = engine_types<Policies>;
    using backend_type = typename types::backend_type;
    using state_type = partition_state<typename types::index_type>;
    using cache_type = typename types::cache_type;
    using state_lock = std::shared_lock<std::shared_mutex>;

    /// All of it is the partition's, and outlives the reader.
    version_reader(std::string const& store_name, backend_type const& backend, state_type const& state,
                   std::shared_mutex& state_mutex, cache_type& cache)
        : store_name_(&store_name), backend_(&backend), state_(&state), state_mutex_(&state_mutex), cache_(&cache) {}

    /// Errors: `not_found`, `corrupt_record`, `io`.
    [[nodiscard]] result<record> read(std::string_view id) const {
        state_lock lock(*state_mutex_);
        while (auto const row = state_->rows.find(id)) {
            auto newest = state_->rows.at(*row);
            MKDB_TRY_ASSIGN(auto const text, text_of(*row, newest, id, lock));
            if (text) {
                return record{std::string(id), *text, newest.sequence};
            }
        }
        if (state_->lost.contains(id)) {
            return damaged(id);
        }
        return fail(errc::not_found, "Record '" + std::string(id) + "' not found in store '" + *store_name_ + "'");
    }

    /// None when the row is gone. Errors: `corrupt_record`, `io`.
    [[nodiscard]] result<std::optional<scanned_record>> read_row(row_id row, caching cached) const {
        state_lock lock(*state_mutex_);
        if (!state_->rows.contains(row)) {
            return std::optional<scanned_record>{};
        }
        std::string id(state_->rows.id(row));
        auto newest = state_->rows.at(row);
        MKDB_TRY_ASSIGN(auto text, text_of(row, newest, id, lock, cached));
        if (!text) {
            return std::optional<scanned_record>{};
        }
        return std::optional(scanned_record{std::move(id), newest.created, newest.sequence, std::move(text)});
    }

    /// The text of a version; gives up `lock` before it reads the log. When the version is no longer where it was,
    /// since compaction moved it or a newer one came, `newest` is brought up to date and read instead. Null when its
    /// row is gone; then `lock` is held again. Errors: `corrupt_record`, `io`.
    [[nodiscard]] result<shared_text> text_of(row_id row, version& newest, std::string_view id, state_lock& lock,
                                              caching cached = caching::fill) const {
        while (newest.where.segment != 0) {
            lock.unlock();
            if (auto const hit = cache_->get(row); hit && hit->revision == newest.sequence) {
                return hit->text;
            }
            auto const stored = backend_->read(newest.where);
            if (stored && stored->id() == id) {
                auto text = std::make_shared<std::string const>(stored->value());
                if (cached == caching::fill) {
                    if_memory_allows([&] { cache_->put(row, text, newest.sequence); });
                }
                return text;
            }
            lock.lock();
            if (!state_->rows.contains(row)) {
                return shared_text();
            }
            if (state_->rows.at(row).where == newest.where) {
                return stored || stored.error().code == errc::corrupt_record ? damaged(id) : stored.error();
            }
            newest = state_->rows.at(row);
        }
        return state_->pending.find(std::string(id))->second.text;
    }

    /// The state under an id as the leader of a commit sees it: nobody else changes it, so no lock is held while
    /// parsing. None where there is none. Errors: `io`.
    [[nodiscard]] result<std::optional<base_state>> base_of(std::string_view id) const {
        state_lock lock(*state_mutex_);
        auto const row = state_->rows.find(id);
        if (!row) {
            auto const lost = state_->lost.find(id);
            return lost == state_->lost.end() ? std::optional<base_state>{}
                                              : std::optional(base_state{0, lost->second, lost->second, {}, true});
        }
        auto newest = state_->rows.at(*row);
        auto const text = text_of(*row, newest, id, lock);
        if (!text && text.error().code != errc::corrupt_record) {
            return text.error();
        }
        base_state base{*row, newest.sequence, newest.created, {}, !text.has_value()};
        if (text) {
            MKDB_TRY_ASSIGN(base.fields, document::parse_object(**text));
        }
        return std::optional(std::move(base));
    }

private:
    [[nodiscard]] error damaged(std::string_view id) const {
        return fail(errc::corrupt_record, "Record '" + std::string(id) + "' in store '" + *store_name_ +
                                              "' is damaged and cannot be restored");
    }

    std::string const* store_name_;
    backend_type const* backend_;
    state_type const* state_;
    std::shared_mutex* state_mutex_;
    cache_type* cache_;
};

} // namespace mkdb::engine
