#pragma once

#include <mkdb/file/detail/memory_tree.hpp>

#include <string>

namespace mkdb::file::detail {

/// An open file of a `memory` tree. See `random_access_file` for the contract.
class memory_file {
public:
    memory_file(std::shared_ptr<memory_content> content, std::string path, bool writable)
        : content_(std::move(content)), path_(std::move(path)), writable_(writable) {}

    [[nodiscard]] result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
        MKDB_TRY(check_open());
        std::shared_lock const lock(content_->mutex);
        auto const& bytes = content_->bytes;
        if (offset >= bytes.size()) {
            return std::size_t{0};
        }
        auto const count = std::min<std::size_t>(into.size(), bytes.size() - offset);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
        return count;
    }

    [[nodiscard]] result<std::uint64_t> size() const {
        MKDB_TRY(check_open());
        std::shared_lock const lock(content_->mutex);
        return content_->bytes.size();
    }

    [[nodiscard]] result<> write_at(std::uint64_t offset, std::span<std::byte const> from) {
        MKDB_TRY(check_writable());
        std::lock_guard const lock(content_->mutex);
        auto& bytes = content_->bytes;
        if (!from.empty() && bytes.size() < offset + from.size()) {
            bytes.resize(offset + from.size());
        }
        std::copy(from.begin(), from.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        return {};
    }

    [[nodiscard]] result<> sync() { return check_open(); }

    [[nodiscard]] result<> resize(std::uint64_t size) {
        MKDB_TRY(check_writable());
        std::lock_guard const lock(content_->mutex);
        content_->bytes.resize(size);
        return {};
    }

    [[nodiscard]] result<> preallocate(std::uint64_t length) {
        MKDB_TRY(check_writable());
        std::lock_guard const lock(content_->mutex);
        content_->bytes.reserve(length);
        return {};
    }

    [[nodiscard]] result<> close() {
        content_.reset();
        return {};
    }

private:
    [[nodiscard]] result<> check_open() const {
        if (!content_) {
            return fail(errc::io, "cannot use " + path_ + ": it is closed");
        }
        return {};
    }

    [[nodiscard]] result<> check_writable() const {
        MKDB_TRY(check_open());
        if (!writable_) {
            return fail(errc::io, "cannot write to " + path_ + ": it is open for reading");
        }
        return {};
    }

    std::shared_ptr<memory_content> content_;
    std::string path_;
    bool writable_;
};

} // namespace mkdb::file::detail
