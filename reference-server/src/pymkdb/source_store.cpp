#include "pymkdb/source_store.hpp"

#include "pymkdb/line_scan.hpp"
#include "pymkdb/log_line.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/file/whole_file.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::pymkdb {
namespace {

/// Far above what a record of MkDB may have: white space and escapes count in the file and not in the record.
constexpr std::size_t longest_line = std::size_t{64} * 1024 * 1024;

std::string too_long(std::uint64_t size) {
    return fmt::format("it has {} bytes, far more than the {} that a record may have", size, limits::document_bytes);
}

} // namespace

result<std::vector<std::string>> source_store::log_files() {
    MKDB_TRY_ASSIGN(auto names, files_.list(directory_));
    std::erase_if(names, [&](auto const& name) { return segment_number(name, name_) == 0; });
    std::ranges::sort(names, {}, [&](auto const& name) { return segment_number(name, name_); });
    return names;
}

result<source_store::file_type*> source_store::opened(std::string const& file) {
    if (!open_ || open_name_ != file) {
        open_.reset();
        MKDB_TRY_ASSIGN(open_, files_.open(directory_ / file, file::open_mode::read_only));
        open_name_ = file;
    }
    return &*open_;
}

result<std::uint64_t> source_store::size_of(std::string const& file) {
    MKDB_TRY_ASSIGN(bool const present, files_.exists(directory_ / file));
    if (!present) {
        return std::uint64_t{0};
    }
    MKDB_TRY_ASSIGN(auto handle, files_.open(directory_ / file, file::open_mode::read_only));
    return handle.size();
}

result<std::uint64_t> source_store::size() {
    MKDB_TRY_ASSIGN(auto total, size_of(index_file(name_)));
    MKDB_TRY_ASSIGN(auto const files, log_files());
    for (auto const& file : files) {
        MKDB_TRY_ASSIGN(auto const bytes, size_of(file));
        total += bytes;
    }
    return total;
}

result<migration_plan> source_store::survey(plan_options options,
                                            std::function<result<>(std::uint64_t)> const& on_read) {
    sightings seen(name_);
    MKDB_TRY_ASSIGN(auto const segments, log_files());
    MKDB_TRY(scan_index(seen, on_read));
    if (!seen.has_index()) {
        MKDB_TRY(find_blobs(seen));
    }
    for (auto const& file : segments) {
        MKDB_TRY(scan_segment(file, seen, on_read));
    }
    auto plan = make_plan(seen, options);
    if (!seen.has_index() && !segments.empty()) {
        plan.findings.insert(plan.findings.begin(),
                             {finding_kind::resolved, index_file(name_), 0, std::nullopt, "",
                              "the index is missing: every id of the log is taken, deleted ones too"});
    }
    return plan;
}

result<> source_store::scan_index(sightings& into, std::function<result<>(std::uint64_t)> const& on_read) {
    auto const file = index_file(name_);
    MKDB_TRY_ASSIGN(bool const present, files_.exists(directory_ / file));
    if (!present) {
        into.miss_index();
        return {};
    }
    MKDB_TRY_ASSIGN(auto* const index, opened(file));
    MKDB_TRY_ASSIGN(sizes_[file], index->size());
    return scan_lines(*index, longest_line, [&](scanned_line const& line) {
        into.add_index_line(line.number, line.too_long ? "over 64 MiB" : line.text);
        return on_read(line.size);
    });
}

/// The name of a blob's file is not its id where that has separators: the file says it.
result<> source_store::find_blobs(sightings& into) {
    MKDB_TRY_ASSIGN(bool const present, files_.exists(directory_ / "blobs"));
    if (!present) {
        return {};
    }
    MKDB_TRY_ASSIGN(auto const names, files_.list(directory_ / "blobs"));
    for (auto const& name : names) {
        source_place const where{.blob = "blobs/" + name};
        auto const text = read_text(where);
        auto const parts = text ? split_log_line(*text) : result<log_line>(text.error());
        into.add_blob({parts ? std::string(parts->id) : std::string(), where});
    }
    return {};
}

result<> source_store::scan_segment(std::string const& file, sightings& into,
                                    std::function<result<>(std::uint64_t)> const& on_read) {
    auto const number = segment_number(file, name_);
    MKDB_TRY_ASSIGN(auto* const segment, opened(file));
    MKDB_TRY_ASSIGN(auto const bytes, segment->size());
    sizes_[file] = bytes;
    into.begin_segment(number, bytes);
    return scan_lines(*segment, longest_line, [&](scanned_line const& line) {
        if (line.too_long) {
            into.add_oversized_line(number, line.number, line.offset, line.size, too_long(line.size));
        } else {
            into.add_log_line(number, line.number, line.offset, line.size, line.text);
        }
        return on_read(line.size);
    });
}

result<std::string> source_store::read_text(source_place const& where) {
    if (!where.is_blob()) {
        MKDB_TRY_ASSIGN(auto* const segment, opened(segment_file(name_, where.segment)));
        std::string text(where.size, '\0');
        MKDB_TRY_ASSIGN(auto const got, segment->read_at(where.offset, std::as_writable_bytes(std::span(text))));
        text.resize(got);
        return text;
    }
    MKDB_TRY_ASSIGN(bool const present, files_.exists(directory_ / where.blob));
    if (!present) {
        return fail(errc::corrupt_file, where.blob + " is missing");
    }
    MKDB_TRY_ASSIGN(auto const bytes, size_of(where.blob));
    if (bytes > longest_line) {
        return fail(errc::limit_exceeded, too_long(bytes));
    }
    return file::read_whole(files_, directory_ / where.blob);
}

result<boost::json::object> source_store::read(source_record const& record) {
    MKDB_TRY_ASSIGN(auto const text, read_text(record.where));
    MKDB_TRY_ASSIGN(auto const parts, split_log_line(text));
    if (parts.id != record.id) {
        return fail(errc::corrupt_file, fmt::format("'{}' lies there", parts.id));
    }
    return document::parse_object(parts.json);
}

result<> source_store::check_unchanged() {
    for (auto const& [file, before] : sizes_) {
        MKDB_TRY_ASSIGN(auto const now, size_of(file));
        if (now != before) {
            return fail(errc::corrupt_file, fmt::format("{} grew or shrank while it was read: stop the server that "
                                                        "writes to it, and migrate again",
                                                        (directory_ / file).string()));
        }
    }
    return {};
}

} // namespace mkdb::pymkdb
