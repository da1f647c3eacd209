#include "config/key_tree.hpp"
#include "config/ttl_check.hpp"
#include "config/unique_check.hpp"
#include "config/value_check.hpp"

#include <mkdb/core/assert.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/document/write.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace mkdb::server {
namespace {

struct node {
    std::vector<std::pair<std::string, std::unique_ptr<node>>> children; // in the order of the table
    key_description const* key = nullptr;

    [[nodiscard]] node const* find(std::string_view name) const {
        for (auto const& [known, child] : children) {
            if (known == name || known == "*") {
                return child.get();
            }
        }
        return nullptr;
    }
    [[nodiscard]] bool names_are_free() const { return children.size() == 1 && children.front().first == "*"; }
};

node& step_into(node& parent, std::string_view name) {
    for (auto& [known, child] : parent.children) {
        if (known == name) {
            return *child;
        }
    }
    return *parent.children.emplace_back(std::string(name), std::make_unique<node>()).second;
}

template <class Visit>
void for_each_segment(std::string_view path, Visit visit) {
    while (!path.empty()) {
        auto const dot = path.find('.');
        visit(path.substr(0, dot));
        path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
}

node build_tree() {
    node root;
    for (auto const& key : config_keys()) {
        auto* at = &root;
        for_each_segment(key.path, [&](std::string_view segment) { at = &step_into(*at, segment); });
        at->key = &key;
    }
    return root;
}

node const& tree() {
    static node const built = build_tree();
    return built;
}

node const& subtree(std::string_view path) {
    auto const* at = &tree();
    for_each_segment(path, [&](std::string_view segment) {
        at = at->find(segment);
        MKDB_ASSERT(at != nullptr);
    });
    return *at;
}

std::string shown(key_description const& key, boost::json::value const& value) {
    auto text = document::to_json(value);
    return key.kind == key_kind::json_schema ? document::shortened(text) : text;
}

void check(node const& expected, boost::json::value const& value, std::string const& path, config_findings& findings) {
    if (expected.key != nullptr) {
        if (!value_fits(*expected.key, value)) {
            findings.problems.push_back(
                {path, shown(*expected.key, value), expectation(*expected.key), fault_inside(*expected.key, value)});
        }
        return;
    }
    auto const* const object = value.if_object();
    if (object == nullptr) {
        findings.problems.push_back({path, document::to_json(value), "an object"});
        return;
    }
    for (auto const& [name, member] : *object) {
        auto const below = path.empty() ? std::string(name) : path + "." + std::string(name);
        if (auto const* const child = expected.find(name)) {
            check(*child, member, below, findings);
        } else {
            findings.unknown.push_back(below);
        }
    }
}

void check_store(boost::json::object const& section, std::string const& path, config_findings& findings) {
    std::ranges::move(check_unique_fields(section, path), std::back_inserter(findings.problems));
    std::ranges::move(check_ttl_field(section, path), std::back_inserter(findings.problems));
}

void check_stores(boost::json::object const& document, config_findings& findings) {
    auto const* const member = document.if_contains("stores");
    auto const* const stores = member == nullptr ? nullptr : member->if_object();
    if (stores == nullptr) {
        return;
    }
    for (auto const& [name, section] : *stores) {
        if (auto const* const store = section.if_object()) {
            check_store(*store, "stores." + std::string(name), findings);
        }
    }
}

void merge(node const* expected, boost::json::object& section, boost::json::object const& changes) {
    for (auto const& [name, value] : changes) {
        auto const* const child = expected == nullptr ? nullptr : expected->find(name);
        auto& member = section[name];
        bool const is_one_value = child != nullptr && child->key != nullptr;
        if (!is_one_value && member.is_object() && value.is_object()) {
            merge(child, member.get_object(), value.get_object());
        } else {
            member = value;
        }
    }
}

void fill(node const& expected, boost::json::object& object);

void fill_child(std::string_view name, node const& child, boost::json::object& object) {
    auto* present = object.if_contains(name);
    if (child.key != nullptr) {
        if (present == nullptr) {
            object[name] = boost::json::parse(child.key->fallback);
        }
        return;
    }
    if (present == nullptr) {
        present = &object[name];
        *present = boost::json::object();
    }
    if (auto* const section = present->if_object()) {
        fill(child, *section);
    }
}

// A file from before segment_threshold says with file_size_split_trigger how large its segments are.
void adopt_older_segment_size(boost::json::object& object) {
    if (auto const* const older = object.if_contains("file_size_split_trigger");
        older != nullptr && !object.contains("segment_threshold")) {
        auto const size = *older;
        object["segment_threshold"] = size;
    }
}

void fill(node const& expected, boost::json::object& object) {
    if (expected.names_are_free()) {
        for (auto& [name, member] : object) {
            if (auto* const section = member.if_object()) {
                fill(*expected.children.front().second, *section);
            }
        }
        return;
    }
    adopt_older_segment_size(object);
    for (auto const& [name, child] : expected.children) {
        fill_child(name, *child, object);
    }
}

} // namespace

config_findings check_config(boost::json::object const& document) {
    config_findings findings;
    check(tree(), document, "", findings);
    check_stores(document, findings);
    return findings;
}

config_findings check_section(std::string_view path, boost::json::object const& section, std::string const& shown_as) {
    config_findings findings;
    check(subtree(path), section, shown_as, findings);
    if (path == "stores.*") {
        check_store(section, shown_as, findings);
    }
    return findings;
}

void fill_defaults(boost::json::object& document) {
    fill(tree(), document);
}

void fill_section(std::string_view path, boost::json::object& section) {
    fill(subtree(path), section);
}

void merge_section(std::string_view path, boost::json::object& section, boost::json::object const& changes) {
    merge(&subtree(path), section, changes);
}

boost::json::object default_section(std::string_view path) {
    boost::json::object section;
    fill_section(path, section);
    return section;
}

} // namespace mkdb::server
