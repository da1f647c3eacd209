#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/storage/frozen.hpp>

#include <atomic>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace mkdb::storage {

/// A log that lives in memory and ends with the backend: nothing is written to the file system.
struct memory {
    static constexpr std::string_view name = "memory";

    struct options {};

    [[nodiscard]] static std::string format_name(options const& /*settings*/) { return "memory/1"; }

    /// See `storage_backend`. A record is limited to 2 GiB; the log to what memory holds.
    template <class Environment>
    class backend {
    public:
        [[nodiscard]] static result<backend>
        open(Environment& /*environment*/, std::filesystem::path const& /*directory*/, options const& /*settings*/) {
            return backend();
        }

        [[nodiscard]] result<> append(std::span<log_record const> batch, std::span<location> out) {
            MKDB_ASSERT(batch.size() == out.size());
            MKDB_TRY(check_open());
            for (auto const& record : batch) {
                if (record.id.size() + record.value.size() > largest_record) {
                    return fail(errc::limit_exceeded, "a record of more than 2 GiB");
                }
            }
            std::lock_guard const lock(log_->mutex);
            for (std::size_t i = 0; i < batch.size(); ++i) {
                out[i] = log_->add(batch[i]);
            }
            log_->counters.batches_appended += batch.empty() ? 0 : 1;
            return {};
        }

        [[nodiscard]] result<> sync() {
            MKDB_TRY(check_open());
            std::lock_guard const lock(log_->mutex);
            ++log_->counters.syncs;
            return {};
        }

        /// Delivers nothing: a log in memory begins empty.
        template <class Visit>
        [[nodiscard]] result<> replay(Visit&& /*visit*/) {
            return check_open();
        }

        /// No file: what is in memory only ends with the backend.
        template <class Wanted>
        [[nodiscard]] result<frozen_log<typename Environment::file_system_type::file>> freeze(Wanted const& /*all*/) {
            MKDB_TRY(check_open());
            return frozen_log<typename Environment::file_system_type::file>{last_sequence(), {}};
        }

        [[nodiscard]] result<> close() {
            log_->open = false;
            return {};
        }

        [[nodiscard]] result<stored_record> read(location where) const {
            MKDB_TRY(check_open());
            std::shared_lock const lock(log_->mutex);
            auto const* found = log_->find(where);
            if (found == nullptr) {
                return fail(errc::corrupt_record, "no record at this place of the log in memory");
            }
            return stored_record(found->bytes, 0, found->id_length, found->bytes.size() - found->id_length);
        }

        [[nodiscard]] recovery_report const& recovery() const noexcept { return log_->report; }

        [[nodiscard]] std::uint64_t last_sequence() const {
            std::shared_lock const lock(log_->mutex);
            return log_->last_sequence;
        }

        [[nodiscard]] storage_statistics statistics() const {
            std::shared_lock const lock(log_->mutex);
            return log_->counters;
        }

    private:
        static constexpr std::size_t largest_record = std::numeric_limits<std::int32_t>::max();
        static constexpr std::size_t segment_records = std::size_t{1} << 20;

        struct version {
            std::string bytes; ///< id, then value.
            std::uint32_t id_length;
        };

        struct log {
            mutable std::shared_mutex mutex;
            std::deque<version> versions;
            storage_statistics counters;
            recovery_report report;
            std::uint64_t last_sequence = 0;
            std::atomic<bool> open = true;

            location add(log_record const& record) {
                auto const index = versions.size();
                auto& added = versions.emplace_back(version{{}, static_cast<std::uint32_t>(record.id.size())});
                added.bytes.reserve(record.id.size() + record.value.size());
                added.bytes.append(record.id).append(record.value);
                last_sequence = std::max(last_sequence, record.sequence);
                counters.bytes += added.bytes.size();
                counters.bytes_appended += added.bytes.size();
                ++counters.records_appended;
                counters.segments = 1 + index / segment_records;
                return {static_cast<std::uint32_t>(counters.segments),
                        static_cast<std::uint32_t>(index % segment_records),
                        static_cast<std::uint32_t>(added.bytes.size())};
            }

            [[nodiscard]] version const* find(location where) const {
                auto const index = (std::size_t{where.segment} - 1) * segment_records + where.offset;
                bool const known = where.segment > 0 && where.offset < segment_records && index < versions.size() &&
                                   versions[index].bytes.size() == where.length;
                return known ? &versions[index] : nullptr;
            }
        };

        backend() = default;

        [[nodiscard]] result<> check_open() const {
            if (!log_->open) {
                return fail(errc::closed, "the log in memory is closed");
            }
            return {};
        }

        std::unique_ptr<log> log_ = std::make_unique<log>();
    };
};

} // namespace mkdb::storage
