#pragma once

#include <mkdb/core/hex.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/log/digest.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The files of a backup are described in docs/formats/backup.md.
namespace mkdb {

/// A file of the database as the backup keeps it.
struct backup_file {
    std::string path; ///< In the database's directory, with `/`.
    std::uint64_t size = 0;
    std::string digest; ///< XXH3-128 of all its bytes, low half first, in hex.
    std::string key{};  ///< Its name among the segments that generations share; empty: it lies beside `backup.json`.

    friend bool operator==(backup_file const&, backup_file const&) = default;
};

struct backup_store {
    std::string name;
    std::vector<std::uint64_t>
        sequences{}; ///< By partition: the backup has every change up to here, and none after it.

    friend bool operator==(backup_store const&, backup_store const&) = default;
};

/// What a generation of a backup holds: the content of its file `backup.json`.
struct backup_manifest {
    static constexpr std::int64_t format_version = 1;

    std::uint64_t generation = 0;
    std::int64_t created_ms = 0; ///< Since 1970, by the wall clock.
    std::vector<backup_store> stores{};
    std::vector<backup_file> files{};

    [[nodiscard]] std::uint64_t bytes() const noexcept {
        std::uint64_t sum = 0;
        for (auto const& each : files) {
            sum += each.size;
        }
        return sum;
    }

    friend bool operator==(backup_manifest const&, backup_manifest const&) = default;
};

[[nodiscard]] inline std::string digest_text(log::segment_digest const& digest) {
    return hex(std::as_bytes(std::span(digest)));
}

[[nodiscard]] inline std::string digest_text(std::string_view content) {
    log::digest_stream stream;
    stream.add(as_bytes(content));
    return digest_text(stream.value());
}

namespace detail {

inline constexpr std::string_view backup_digest_mark = R"(,"digest":")";

[[nodiscard]] inline boost::json::object backup_as_json(backup_manifest const& backup) {
    boost::json::array stores;
    for (auto const& each : backup.stores) {
        stores.push_back(boost::json::object{
            {"name", each.name}, {"sequences", boost::json::array(each.sequences.begin(), each.sequences.end())}});
    }
    boost::json::array files;
    for (auto const& each : backup.files) {
        boost::json::object file{{"path", each.path}, {"size", each.size}, {"digest", each.digest}};
        if (!each.key.empty()) {
            file["segment"] = each.key;
        }
        files.push_back(std::move(file));
    }
    return {{"format", "mkdb-backup"},         {"version", backup_manifest::format_version},
            {"generation", backup.generation}, {"created_ms", backup.created_ms},
            {"stores", std::move(stores)},     {"files", std::move(files)}};
}

/// Whether a path of a backup stays inside the directory that it is put into.
[[nodiscard]] inline bool stays_inside(std::string_view path) {
    std::filesystem::path const parts(path);
    return !path.empty() && parts.is_relative() &&
           std::ranges::none_of(parts, [](auto const& part) { return part == ".." || part == "." || part.empty(); });
}

[[nodiscard]] inline bool is_key(std::string_view key) {
    return std::ranges::all_of(key,
                               [](char c) { return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Reads members of an object; remembers whether one was not as it must be.
class member_reader {
public:
    explicit member_reader(boost::json::object const& from) : from_(from) {}

    template <class Number = std::uint64_t>
    [[nodiscard]] Number number(std::string_view name) {
        auto const* const found = from_.if_contains(name);
        boost::system::error_code failure;
        auto const value = found == nullptr ? Number{0} : found->to_number<Number>(failure);
        sound_ = sound_ && found != nullptr && !failure;
        return value;
    }
    [[nodiscard]] std::string text(std::string_view name) {
        auto const* const found = from_.if_contains(name);
        sound_ = sound_ && found != nullptr && found->is_string();
        return sound_ ? std::string(found->get_string()) : std::string();
    }
    [[nodiscard]] boost::json::array const& list(std::string_view name) {
        static boost::json::array const none;
        auto const* const found = from_.if_contains(name);
        sound_ = sound_ && found != nullptr && found->is_array();
        return sound_ ? found->get_array() : none;
    }
    [[nodiscard]] bool sound() const noexcept { return sound_; }

private:
    boost::json::object const& from_;
    bool sound_ = true;
};

[[nodiscard]] inline std::optional<backup_file> read_backup_file(boost::json::value const& value) {
    if (!value.is_object()) {
        return std::nullopt;
    }
    member_reader members(value.get_object());
    backup_file file{.path = members.text("path"), .size = members.number("size"), .digest = members.text("digest")};
    if (value.get_object().contains("segment")) {
        file.key = members.text("segment");
    }
    return members.sound() && stays_inside(file.path) && is_key(file.key) ? std::optional(file) : std::nullopt;
}

[[nodiscard]] inline std::optional<backup_store> read_backup_store(boost::json::value const& value) {
    if (!value.is_object()) {
        return std::nullopt;
    }
    member_reader members(value.get_object());
    backup_store read{.name = members.text("name")};
    for (auto const& each : members.list("sequences")) {
        boost::system::error_code failure;
        read.sequences.push_back(each.to_number<std::uint64_t>(failure));
        if (failure) {
            return std::nullopt;
        }
    }
    return members.sound() ? std::optional(read) : std::nullopt;
}

} // namespace detail

/// A JSON object on one line, whose last member is the digest of the text before it.
[[nodiscard]] inline std::string encode_backup(backup_manifest const& backup) {
    auto text = document::to_json(detail::backup_as_json(backup));
    text.pop_back();
    auto const digest = digest_text(text);
    return text.append(detail::backup_digest_mark).append(digest).append("\"}\n");
}

/// Errors: `corrupt_file` for anything that `encode_backup` did not write; `format_newer`.
[[nodiscard]] inline result<backup_manifest> parse_backup(std::string_view content) {
    auto const damaged = [] { return fail(errc::corrupt_file, "is damaged: its digest does not fit"); };
    auto const mark = content.rfind(detail::backup_digest_mark);
    if (mark == std::string_view::npos) {
        return damaged();
    }
    auto const text = content.substr(0, mark);
    if (content.substr(mark) != std::string(detail::backup_digest_mark) + digest_text(text) + "\"}\n") {
        return damaged();
    }
    MKDB_TRY_ASSIGN(auto const fields, document::parse_object(std::string(text) + "}"));
    detail::member_reader members(fields);
    if (members.text("format") != "mkdb-backup") {
        return fail(errc::format_unknown, "is not of a backup of MkDB");
    }
    if (members.number("version") > backup_manifest::format_version) {
        return fail(errc::format_newer, "was written by a newer version of MkDB");
    }
    backup_manifest backup{.generation = members.number("generation"),
                           .created_ms = members.number<std::int64_t>("created_ms")};
    bool sound = true;
    for (auto const& each : members.list("stores")) {
        auto one = detail::read_backup_store(each);
        sound = sound && one.has_value();
        backup.stores.push_back(std::move(one).value_or(backup_store{}));
    }
    for (auto const& each : members.list("files")) {
        auto file = detail::read_backup_file(each);
        sound = sound && file.has_value();
        backup.files.push_back(std::move(file).value_or(backup_file{}));
    }
    return sound && members.sound() ? result<backup_manifest>(std::move(backup))
                                    : fail(errc::corrupt_file, "lacks what a backup's manifest must have");
}

} // namespace mkdb
