#pragma once

#include "famine_child.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mkdb::testing {

/// What a store may hold after a child, from what that said.
///
/// `S id word` begins a change to what `word` stands for (`gone` for nothing), `A id` acknowledges it, `D id` says that
/// it did not happen; `G id` says that it comes in the batch. `I - word`, `J id word` and `K` are the same for a record
/// whose id the store makes.
class famine_model {
public:
    using content = std::map<std::string, std::string>; ///< Word of the text by id.

    static constexpr auto gone = "gone";

    explicit famine_model(content const& base) {
        for (auto const& [id, word] : base) {
            allowed_[id] = {word};
        }
    }

    void follow(std::vector<famine_message> const& told) {
        for (auto const& each : told) {
            switch (each.what) {
            case 'S':
                begun_[each.id] = each.word;
                before_[each.id] = states_of(each.id);
                states_of(each.id).insert(each.word);
                break;
            case 'G': batch_.push_back(each.id); break;
            case 'A': allowed_[each.id] = {begun_[each.id]}; break;
            case 'D': allowed_[each.id] = before_[each.id]; break;
            case 'I': open_inserts_.insert(each.word); break;
            case 'J':
                allowed_[each.id] = {each.word};
                open_inserts_.erase(open_inserts_.find(each.word));
                break;
            case 'K': open_inserts_.erase(open_inserts_.find(each.word)); break;
            default: break;
            }
        }
    }

    /// A sentence for each record that is not as it must be.
    [[nodiscard]] std::vector<std::string> judge(content const& found) const {
        std::vector<std::string> wrong;
        auto inserts = open_inserts_;
        for (auto const& [id, states] : allowed_) {
            auto const is = word_in(found, id);
            if (!states.contains(is)) {
                wrong.push_back(id + " is " + is);
            }
        }
        for (auto const& [id, word] : found) {
            if (!allowed_.contains(id)) {
                auto const one = inserts.find(word);
                if (one == inserts.end()) {
                    wrong.push_back(id + " came from nowhere");
                } else {
                    inserts.erase(one);
                }
            }
        }
        if (is_half(found)) {
            wrong.emplace_back("half of the batch is there");
        }
        return wrong;
    }

private:
    [[nodiscard]] static std::string word_in(content const& found, std::string const& id) {
        auto const at = found.find(id);
        return at == found.end() ? std::string(gone) : at->second;
    }

    [[nodiscard]] bool is_half(content const& found) const {
        auto const happened =
            std::ranges::count_if(batch_, [&](auto const& id) { return word_in(found, id) == begun_.at(id); });
        return happened != 0 && happened != std::ssize(batch_);
    }

    std::set<std::string>& states_of(std::string const& id) {
        auto& states = allowed_[id];
        if (states.empty()) {
            states.insert(gone);
        }
        return states;
    }

    std::map<std::string, std::set<std::string>> allowed_;
    std::map<std::string, std::string> begun_;
    std::map<std::string, std::set<std::string>> before_; ///< What began last.
    std::multiset<std::string> open_inserts_;
    std::vector<std::string> batch_; ///< Ids that it changes, each once.
};

} // namespace mkdb::testing
