#include "service/cli/lastingview.h"
#include "service/cli/ruleoptions.h"
#include "service/cli/ruleseditcommand.h"
#include "service/cli/rulesjson.h"
#include "service/cli/rulesplace.h"
#include "service/cli/rulesview.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace exeat;

namespace {

ListedRule ruleAt(int line, const std::vector<std::string>& words, RuleDecision decision) {
    ListedRule listed;
    listed.rule.line = line;
    listed.rule.decision = decision;
    for (const auto& word : words)
        listed.rule.pattern.push_back({{word}});
    return listed;
}

ListedFolder folderOf(Layer layer, const std::string& file, std::vector<ListedRule> rules) {
    ListedFolder folder;
    folder.layer = layer;
    folder.path = file.substr(0, file.rfind('/'));
    ListedFile one;
    one.path = file;
    one.state = RulesFileState::Good;
    one.rules = std::move(rules);
    folder.files.push_back(one);
    return folder;
}

wire::RulesListing listing() {
    wire::RulesListing all;
    all.directory = "/p";
    all.folders.push_back(folderOf(Layer::Shipped, "/usr/share/exeat/rules/git.rules",
                                   {ruleAt(1, {"git", "push"}, RuleDecision::Prompt)}));
    all.folders.push_back(folderOf(Layer::User, "/h/u.rules",
                                   {ruleAt(3, {"git", "push"}, RuleDecision::Forbidden),
                                    ruleAt(4, {"ls"}, RuleDecision::Allow), ruleAt(5, {"ls"}, RuleDecision::Prompt)}));
    auto project = folderOf(Layer::Project, "/p/.codex/rules/p.rules",
                            {ruleAt(7, {"curl"}, RuleDecision::Allow), ruleAt(8, {"wget"}, RuleDecision::Prompt)});
    project.files[0].rules[0].rule.loosens = false;
    project.files[0].rules[1].removed = true;
    all.folders.push_back(project);
    return all;
}

} // namespace

class RulesTest : public QObject {
    Q_OBJECT
private slots:
    void places_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("file"); // empty: refused
        QTest::addColumn<int>("line");
        QTest::newRow("plain") << QByteArray("/r/a.rules:12") << QByteArray("/r/a.rules") << 12;
        QTest::newRow("colons in the name") << QByteArray("/r/a:1.rules:2") << QByteArray("/r/a:1.rules") << 2;
        QTest::newRow("not normal") << QByteArray("/r/../s/a.rules:1") << QByteArray("/s/a.rules") << 1;
        for (const char* wrong :
             {"", "/r/a.rules", "/r/a.rules:", "/r/a.rules:0", "/r/a.rules:-1", "/r/a.rules:x", ":1"})
            QTest::newRow(*wrong == '\0' ? "nothing" : wrong) << QByteArray(wrong) << QByteArray() << 0;
    }
    void places() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, file);
        QFETCH(int, line);
        const auto place = parseRulePlace(text.toStdString());
        QCOMPARE(place.has_value(), !file.isEmpty());
        if (place) {
            QCOMPARE(place->file, file.toStdString());
            QCOMPARE(place->line, line);
        }
    }

    void like() {
        const auto found = ruleLike(listing(), {"git", "push"});
        QVERIFY(found.has_value()); // the shipped one is not a person's to edit
        QCOMPARE(found->file, std::string("/h/u.rules"));
        QCOMPARE(found->line, 3);
        QVERIFY(!ruleLike(listing(), {"git"}));
        QVERIFY(!ruleLike(listing(), {"wget"})); // no longer in its file
        const auto two = ruleLike(listing(), {"ls"});
        QVERIFY(!two);
        QVERIFY(two.error().text.find("/h/u.rules:4") != std::string::npos);
        QVERIFY(two.error().text.find("/h/u.rules:5") != std::string::npos);
    }

    void listingInWords() {
        auto all = listing();
        all.folders[1].files[0].state = RulesFileState::LastGood;
        all.folders[1].files[0].problem = "/h/u.rules:9:1: wrong\n    x\x1b[2J";
        all.folders[1].files[0].network.push_back(
            {"example.org", NetworkProtocol::Https, RuleDecision::Forbidden, {}, {}, 6});
        all.folders[1].files[0].hosts.push_back({"ls", {"/bin/ls"}, true, {}, 2});
        const QString text = QString::fromStdString(listingText(all));
        for (const char* part : {"user: /h", "     3  forbidden  git push", "its last good version holds",
                                 "/h/u.rules:9:1: wrong", "[lets nothing out from here]", "no longer in the file",
                                 "kept, shown, not yet enforced", "ls is /bin/ls"})
            QVERIFY2(text.contains(QLatin1String(part)), qPrintable(text));
        QVERIFY(!text.contains(QChar(0x1b)));
        QCOMPARE(listingText({}), std::string("No rules.\n"));
    }

    void listingSaysWhatAnswersPrompts() {
        auto all = listing();
        all.folders[1].files[0].rules[1].rule.answersPrompts = true;
        all.folders[2].files[0].rules[0].rule.answersPrompts = true;
        all.folders[2].files[0].rules[0].rule.layer = Layer::Project;
        all.folders[1].files[0].rules[1].rule.layer = Layer::User;
        const QString text = QString::fromStdString(listingText(all));
        QVERIFY2(text.contains("     4  allow      ls  (answers prompts)\n"), qPrintable(text));
        QVERIFY2(text.contains("curl  (answers no prompts from here)"), qPrintable(text));
        QCOMPARE(text.count("prompts"), 2);
        QCOMPARE(toJson(all)["folders"][1]["files"][0]["rules"][1]["answers_prompts"], true);
        QCOMPARE(toJson(all)["folders"][1]["files"][0]["rules"][0]["answers_prompts"], false);
    }

    void lastingAnswer_data() {
        QTest::addColumn<QByteArray>("word"); // of the rule's second place
        QTest::addColumn<bool>("exact");
        QTest::addColumn<bool>("answers");
        QTest::addColumn<bool>("found");
        QTest::newRow("its rule") << QByteArray("-f x") << true << true << true;
        QTest::newRow("other words") << QByteArray("-f") << true << true << false;
        QTest::newRow("a rule that more may follow") << QByteArray("-f x") << false << true << false;
        QTest::newRow("a rule that was there and is not enough") << QByteArray("-f x") << true << false << false;
    }
    void lastingAnswer() {
        QFETCH(QByteArray, word);
        QFETCH(bool, exact);
        QFETCH(bool, answers);
        QFETCH(bool, found);
        Approval approval;
        approval.command.file = approval.command.realPath = "/usr/bin/git";
        approval.command.argv = {"git", "-f x"};
        approval.judgement.trace = {
            {Layer::Shipped, "/usr/share/git.rules", 7, RuleDecision::Prompt, {"git"}, "why\x1b", true, {}},
            {Layer::User, "/h/off.rules", 8, RuleDecision::Prompt, {"git"}, {}, false, {}}};
        const std::string promise = lastingPromise(approval);
        QVERIFY2(promise.find("no longer ask:\n  /usr/share/git.rules:7  # why\\e\n") != std::string::npos,
                 promise.c_str());
        QVERIFY(promise.find("off.rules") == std::string::npos);
        QVERIFY(promise.find("keeps its content") == std::string::npos);
        QVERIFY(promise.find("go along") == std::string::npos && promise.find("then runs") == std::string::npos);
        auto rule = ruleAt(9, {"git", word.toStdString()}, RuleDecision::Allow);
        rule.rule.exact = exact;
        rule.rule.answersPrompts = answers;
        rule.rule.file = "/h/my own.rules";
        auto all = listing();
        all.folders.push_back(folderOf(Layer::User, "/h/my own.rules", {rule}));
        const std::string text = lastingResult(approval, all);
        const bool told = text.find("exeat rules remove '/h/my own.rules:9'\n") != std::string::npos;
        QVERIFY2(told == found, text.c_str());
        QCOMPARE(text.find("for this time only") == std::string::npos, found);
    }

    void lastingAnswerSaysWhatGoesAlong() {
        Approval approval;
        approval.command.environment = {"A=1", "B\x1b=2"};
        approval.judgement.passEnvironment = {"A", "B\x1b", "C"};
        approval.judgement.sandbox = RuleSandbox::ReadOnly;
        const std::string promise = lastingPromise(approval);
        QVERIFY2(promise.find("as the agent has set them at that time: A, B\\e\n") != std::string::npos,
                 promise.c_str());
        QVERIFY2(promise.find("It then runs inside a read-only sandbox") != std::string::npos, promise.c_str());
        QVERIFY(grantPromise(approval, AnswerKind::AllowSession).find("that time: A, B\\e\n") != std::string::npos);
        QCOMPARE(grantPromise(approval, AnswerKind::AllowFor), grantPromise(approval, AnswerKind::AllowSession));
        QCOMPARE(grantPromise(approval, AnswerKind::AllowOnce), std::string());
        approval.judgement.dangers.emplace_back();
        QCOMPARE(grantPromise(approval, AnswerKind::AllowSession), std::string());
    }

    /** The rule is about these words, the confirmation about every allow of that name. */
    void lastingAnswerSaysWhatItConfirms() {
        Approval approval;
        approval.command.file = approval.command.realPath = "/h/bin/to ol\x1b";
        approval.command.argv = {"/h/bin/to ol\x1b", "-f"};
        approval.command.origin = FileOrigin::UserOwned;
        const std::string promise = lastingPromise(approval);
        QVERIFY2(promise.find("every rule that allows a program named to ol\\e then lets this file run") !=
                     std::string::npos,
                 promise.c_str());
        auto rule = ruleAt(9, {"to ol\x1b", "-f"}, RuleDecision::Allow);
        rule.rule.exact = true;
        auto all = listing();
        all.folders.push_back(folderOf(Layer::User, "/h/approved.rules", {rule}));
        QVERIFY(lastingResult(approval, all).ends_with("until: exeat trust revoke '/h/bin/to ol\\e'\n"));
        approval.command.origin = FileOrigin::Unplantable;
        QVERIFY(!lastingResult(approval, all).contains("trust revoke"));
    }

    void listingAsJson() {
        const auto value = toJson(listing());
        QCOMPARE(value["directory"], "/p");
        const auto& rule = value["folders"][1]["files"][0]["rules"][0];
        QCOMPARE(rule["line"], 3);
        QCOMPARE(rule["decision"], "forbidden");
        QCOMPARE(rule["pattern"].dump(), std::string(R"([["git"],["push"]])"));
        QCOMPARE(rule["may_loosen"], true);
        QCOMPARE(value["folders"][2]["files"][0]["rules"][0]["may_loosen"], false);
        QCOMPARE(value["folders"][2]["files"][0]["rules"][1]["removed"], true);
        QCOMPARE(value["folders"][2]["layer"], "project");
        QCOMPARE(value["folders"][2]["files"][0]["state"], "good");
    }

    void explanationInWordsAndJson() {
        ExplainedCommand command;
        command.argv = {"git", "push", "--force"};
        command.search = ProgramSearch::Found;
        command.file = "/usr/bin/git";
        command.realPath = "/usr/bin/git";
        command.origin = FileOrigin::Unplantable;
        command.trials.push_back({Layer::User,
                                  "/h/git.rules",
                                  12,
                                  RuleDecision::Prompt,
                                  {{{"git"}}},
                                  {},
                                  TrialOutcome::Matched,
                                  "matches: git push --force"});
        command.trials.push_back({Layer::User,
                                  "/h/git.rules",
                                  13,
                                  RuleDecision::Allow,
                                  {{{"git"}}, {{"log"}}},
                                  {},
                                  TrialOutcome::NotMatched,
                                  "argument 1 is `push`, the rule wants `log`"});
        command.verdict = Verdict::Ask;
        command.reason = "because";
        command.consequence = "a person is asked";
        const QString text = QString::fromStdString(explanationText({1, {command}}));
        for (const char* part : {"git push --force\n", "/usr/bin/git (the system's)",
                                 "/h/git.rules:12 prompt: matches: git push --force\n",
                                 "/h/git.rules:13 allow: does not match (git log): argument 1",
                                 "verdict   asked: because", "so        a person"})
            QVERIFY2(text.contains(QLatin1String(part)), qPrintable(text));
        const auto value = toJson(wire::Explanation{1, {command}});
        QCOMPARE(value["commands"][0]["verdict"], "asked");
        QCOMPARE(value["commands"][0]["rules"][1]["outcome"], "not-matched");
        QCOMPARE(value["commands"][0]["program"]["origin"], "system");
    }

    void findingsHintsLast() {
        wire::RulesFindings found;
        found.rules = 2;
        QCOMPARE(findingsText(found), std::string("2 rules, nothing to mend.\n"));
        found.findings.push_back({FindingKind::NoExample, Severity::Hint, "/a", 1, 0, "hint", {}, 1, {}, 0});
        found.findings.push_back({FindingKind::Broken, Severity::Error, "/b", 2, 3, "wrong", "ab cd", 1, {}, 0});
        const std::string text = findingsText(found);
        QCOMPARE(text,
                 std::string("/b:2:3: error: wrong [broken]\n    ab cd\n      ^\n/a:1: hint: hint [no-example]\n"));
        QCOMPARE(toJson(found)["findings"][1]["kind"], "broken");
    }

    void placesOfRules_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<RulesPlaceKind>("kind");
        QTest::newRow("a project's, Codex's") << "/p/.codex/rules/a.rules" << RulesPlaceKind::Codex;
        QTest::newRow("the system's, Codex's") << "/etc/codex/rules/a.rules" << RulesPlaceKind::Codex;
        QTest::newRow("CODEX_HOME") << "/some/codex/rules/a.rules" << RulesPlaceKind::Codex;
        QTest::newRow("a project's, ours") << "/p/.exeat/rules/a.rules" << RulesPlaceKind::Exeat;
        QTest::newRow("the user's, ours") << "/h/.config/exeat/rules/a.rules" << RulesPlaceKind::Exeat;
        QTest::newRow("deeper") << "/p/.exeat/rules/x/a.rules" << RulesPlaceKind::Other;
        QTest::newRow("another's") << "/p/codex/rules/a.rules" << RulesPlaceKind::Other;
        QTest::newRow("a like name") << "/p/notexeat/rules/a.rules" << RulesPlaceKind::Other;
    }
    void placesOfRules() {
        QFETCH(QString, file);
        QFETCH(RulesPlaceKind, kind);
        const QByteArray before = qgetenv("CODEX_HOME");
        qputenv("CODEX_HOME", "/some/codex");
        const auto found = rulesPlaceOf(file.toStdString());
        before.isNull() ? qunsetenv("CODEX_HOME") : qputenv("CODEX_HOME", before);
        QCOMPARE(found, kind);
    }

    void additions_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("problem"); // empty: it is good
        const QStringList all{"--decision", "allow", "--exact", "--sandbox", "network",           "--env",      "A",
                              "--env",      "B",     "--env",   "A",         "--answers-prompts", "--confirmed"};
        QTest::newRow("all of them") << all << QString();
        QTest::newRow("sandbox and env of a prompt")
            << QStringList{"--sandbox", "read-only", "--env", "A"} << QString();
        QTest::newRow("none, said") << QStringList{"--decision", "forbidden", "--sandbox", "none"} << QString();
        QTest::newRow("unknown sandbox") << QStringList{"--sandbox", "full"}
                                         << "--sandbox is read-only, workspace-write, network or none";
        QTest::newRow("empty sandbox") << QStringList{"--sandbox", ""} << "--sandbox is read-only";
        QTest::newRow("a value") << QStringList{"--env", "A=1"} << "without a value, not `A=1`";
        QTest::newRow("no name") << QStringList{"--env", ""} << "the name of a variable";
        QTest::newRow("control characters") << QStringList{"--env", "A=\x1b[2J"} << "not `A=\\e[2J`";
        QTest::newRow("a prompt answers none")
            << QStringList{"--decision", "prompt", "--answers-prompts"} << "only an allow answers prompts";
        QTest::newRow("a prompt asks about any file")
            << QStringList{"--confirmed"} << "only an allow asks for a confirmed file";
        QTest::newRow("loads code") << QStringList{"--env", "LD_PRELOAD"} << "would have no effect";
        QTest::newRow("nothing forbidden runs in a sandbox")
            << QStringList{"--decision", "forbidden", "--sandbox", "network"} << "runs nowhere";
        QTest::newRow("nothing forbidden has variables")
            << QStringList{"--decision", "forbidden", "--env", "A"} << "runs nowhere";
        QTest::newRow("unknown decision") << QStringList{"--decision", "ask"} << "--decision is allow";
        QTest::newRow("no layer") << QStringList{"--layer", "project"} << "--layer is user";
    }
    void additions() {
        QFETCH(QStringList, options);
        QFETCH(QString, problem);
        QCommandLineParser parser;
        const RuleOptions rules(parser);
        QVERIFY(parser.parse(QStringList("exeat") + options));
        Arguments arguments;
        arguments.rest = {"git", "push"};
        const auto found = rules.addition(arguments);
        QCOMPARE(found.has_value(), problem.isEmpty());
        if (!found) {
            QVERIFY2(found.error().text.find(problem.toStdString()) != std::string::npos, found.error().text.c_str());
            return;
        }
        QCOMPARE(found->target, wire::RulesTarget::User);
        QCOMPARE(found->rule.pattern.size(), std::size_t{2});
        const bool allOfThem = options.contains("--exact");
        QCOMPARE(found->rule.exact, allOfThem);
        QCOMPARE(found->rule.answersPrompts, allOfThem);
        QCOMPARE(found->rule.confirmedOnly, allOfThem);
        if (allOfThem) {
            QCOMPARE(found->rule.sandbox, RuleSandbox::Network);
            QCOMPARE(found->rule.passEnvironment, (std::vector<std::string>{"A", "B"}));
        }
    }
    void additionsNeedAPattern() {
        QCommandLineParser parser;
        const RuleOptions rules(parser);
        QVERIFY(parser.parse({"exeat", "git"}));
        Arguments arguments;
        QVERIFY(!rules.addition(arguments));
        arguments.rest = {"git"};
        QVERIFY(!rules.addition(arguments));
    }

    void listingSaysWhatGoesAlong() {
        auto all = listing();
        PrefixRule& rule = all.folders[1].files[0].rules[1].rule;
        rule.passEnvironment = {"A", "B\x1b"};
        rule.sandbox = RuleSandbox::Network;
        const QString text = QString::fromStdString(listingText(all));
        QVERIFY2(text.contains("     4  allow      ls  (with the variables A, B\\e)  (in a sandbox: network)\n"),
                 qPrintable(text));
    }

    void plans() {
        wire::RulesEditPlan plan;
        plan.file = "/r/a.rules";
        plan.removedLines = {"old"};
        plan.addedLines = {"new\x1b"};
        QCOMPARE(planText(plan), std::string("/r/a.rules\n- old\n+ new\\e\n"));
    }
};

QTEST_APPLESS_MAIN(RulesTest)
#include "tst_rules.moc"
