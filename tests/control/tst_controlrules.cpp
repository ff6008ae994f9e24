#include "service/control/controllistener.h"
#include "service/control/rulesreplies.h"
#include "service/policy/policystore.h"
#include "shared/base/limits.h"
#include "shared/wire/codec.h"
#include "tests/control/doubles.h"
#include "tests/policy/testtree.h"

#include <QTest>

namespace exeat {

namespace {

const QString userFile = QStringLiteral("home/.config/exeat/rules/u.rules");

} // namespace

/** The messages about rules over a real socket, on a real store and real files. */
class TestControlRules : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void lists();
    void explains();
    void explainsWithAnUnsavedText();
    void checks();
    void checksWhatHolds();
    void wrongFolders_data();
    void wrongFolders();
    void tighteningNeedsNobody();
    void looseningIsAPersonsAct();
    void aPlanIsForOneContent();
    void newFilesLieWhereTheyBelong();
    void aFloodIsBounded();
    void anAgentsCommandLearnsNothing();
    void cutToOneFrame();

private:
    template<class T>
    const T* reply(std::uint64_t request);
    template<class T>
    T answer(const wire::ControlRequest& request);
    void connectPeer();

    std::unique_ptr<TestTree> m_tree;
    std::unique_ptr<PolicyStore> m_store;
    std::unique_ptr<History> m_history;
    std::unique_ptr<ApprovalQueue> m_queue;
    test::FakeRuns m_runs;
    test::FakeSessions m_sessions;
    std::unique_ptr<ControlListener> m_listener;
    std::unique_ptr<FrameSocket> m_peer;
    std::vector<wire::ControlReply> m_replies;
    PeerStanding m_standing = PeerStanding::Free;
};

void TestControlRules::init() {
    m_tree = std::make_unique<TestTree>();
    QVERIFY(m_tree->makeFolder("home") && m_tree->makeRepository("project") && m_tree->makeFolder("project/sub"));
    m_store = PolicyStore::create(m_tree->runtimePaths(), {});
    m_history = std::move(*History::open(m_tree->at("h.sqlite")));
    m_queue = std::make_unique<ApprovalQueue>();
    m_standing = PeerStanding::Free;
    m_replies.clear();
    ControlServices services{m_sessions, m_runs, *m_queue, *m_history, [this](pid_t) { return m_standing; }};
    services.rules.picture = [this](const std::string& directory) {
        return m_store->picture({directory, {directory}, {}});
    };
    services.rules.projectRoot = [this](const std::string&) { return m_tree->at("project"); };
    services.rules.paths = m_tree->runtimePaths();
    m_listener = std::move(*ControlListener::create(m_tree->at("c.sock"), std::move(services)));
    connectPeer();
}

void TestControlRules::cleanup() {
    m_peer.reset();
    m_listener.reset();
    m_queue.reset();
    m_history.reset();
    m_store.reset();
}

void TestControlRules::connectPeer() {
    auto* socket = new QLocalSocket;
    socket->connectToServer(m_tree->path("c.sock"));
    m_peer = std::make_unique<FrameSocket>(socket);
    connect(m_peer.get(), &FrameSocket::received, this, [this](const QByteArray& bytes) {
        auto decoded = wire::decodeControlReply({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        QVERIFY(decoded.has_value());
        m_replies.push_back(std::move(*decoded));
    });
    m_peer->send(wire::encode(wire::ControlHello{wire::protocolVersion, wire::ClientKind::CommandLine}));
    QTRY_COMPARE(m_replies.size(), std::size_t{1});
    m_replies.clear();
}

template<class T>
const T* TestControlRules::reply(std::uint64_t request) {
    for (const auto& one : m_replies) {
        const auto* found = std::get_if<T>(&one);
        if (found != nullptr && found->request == request)
            return found;
    }
    return nullptr;
}

/** Of request 1. A default-constructed T where another answer came. */
template<class T>
T TestControlRules::answer(const wire::ControlRequest& request) {
    m_replies.clear();
    m_peer->send(wire::encode(request));
    const bool came = QTest::qWaitFor([this] { return !m_replies.empty(); }, 20000);
    const T* found = came ? reply<T>(1) : nullptr;
    if (found == nullptr && came) {
        if (const auto* failed = std::get_if<wire::RequestFailed>(&m_replies.front()))
            qInfo("failed: %s", failed->text.c_str());
    }
    return found == nullptr ? T{} : *found;
}

void TestControlRules::lists() {
    QVERIFY(m_tree->write(userFile, "prefix_rule(['id'])\nhost_executable('id', ['/usr/bin/id'])\n"));
    const auto listing = answer<wire::RulesListing>(wire::ListRules{1, m_tree->at("project/sub")});
    QCOMPARE(listing.directory, m_tree->at("project/sub"));
    std::size_t rules = 0;
    std::size_t hosts = 0;
    for (const auto& folder : listing.folders) {
        for (const auto& file : folder.files) {
            rules += file.rules.size();
            hosts += file.hosts.size();
        }
    }
    QCOMPARE(rules, std::size_t{1});
    QCOMPARE(hosts, std::size_t{1});
    QVERIFY(listing.brokenNote.empty());
}

void TestControlRules::explains() {
    QVERIFY(m_tree->write(userFile, "prefix_rule(['id'], 'forbidden', justification='no')\n"));
    wire::ExplainCommand request{1, {"id", "-u"}, {}, m_tree->at("project"), "/usr/bin:/bin", {}};
    const auto told = answer<wire::Explanation>(request);
    QCOMPARE(told.commands.size(), std::size_t{1});
    QCOMPARE(told.commands[0].verdict, Verdict::Deny);
    QCOMPARE(told.commands[0].trials.size(), std::size_t{1});
    request.argv.clear();
    request.script = "cd / && id";
    QCOMPARE(answer<wire::Explanation>(request).commands.size(), std::size_t{2});
    request.script = "id $(id";
    QVERIFY(answer<wire::RequestFailed>(request).text.find("cannot be read") != std::string::npos);
}

void TestControlRules::explainsWithAnUnsavedText() {
    QVERIFY(m_tree->write(userFile, "prefix_rule(['id'])\n"));
    wire::ExplainCommand request{1, {"id"}, {}, m_tree->at("project"), "/usr/bin:/bin", {}};
    request.replacement = wire::RulesText{m_tree->at(userFile), "prefix_rule(['id'], 'forbidden')\n"};
    QCOMPARE(answer<wire::Explanation>(request).commands.at(0).verdict, Verdict::Deny);
    request.replacement->text = "prefix_rule(";
    const auto failed = answer<wire::RequestFailed>(request);
    QCOMPARE(failed.kind, ErrorKind::Refused);
    QVERIFY2(failed.text.find("u.rules:1:") != std::string::npos, failed.text.c_str());
}

void TestControlRules::checks() {
    wire::CheckRulesText request{1, {}, m_tree->at("project"), "/usr/bin:/bin"};
    request.texts.push_back({m_tree->at("home/.codex/rules/a.rules"), "prefix_rule(['id'], exact=True)\n"});
    request.texts.push_back({"/x/b.rules", "prefix_rule(['id'], exact=True, match=['id'])\n"});
    request.texts.push_back({"/x/c.rules", "\n  x\n"});
    const auto found = answer<wire::RulesFindings>(request);
    QCOMPARE(found.rules, std::uint64_t{1});
    QCOMPARE(found.findings.size(), std::size_t{2}); // Codex's folder takes Codex's words only
    for (const auto& finding : found.findings)
        QCOMPARE(finding.kind, FindingKind::Broken);
    QVERIFY(std::ranges::any_of(found.findings, [](const RulesFinding& finding) {
        return finding.file == "/x/c.rules" && finding.line == 2 && finding.excerpt == "  x";
    }));
}

void TestControlRules::checksWhatHolds() {
    QVERIFY(m_tree->write(userFile, "prefix_rule(['bash'], match=['bash'])\n"));
    const auto found = answer<wire::RulesFindings>(wire::CheckRulesText{1, {}, m_tree->at("project"), "/usr/bin"});
    QCOMPARE(found.findings.size(), std::size_t{1});
    QCOMPARE(found.findings[0].kind, FindingKind::EqualsNoSandbox);
}

void TestControlRules::wrongFolders_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::newRow("relative") << QByteArray("project");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("none") << QByteArray("/no/such/folder");
    QTest::newRow("a file") << QByteArray("/etc/passwd");
    QTest::newRow("a NUL") << QByteArray("/etc\0x", 6);
}

void TestControlRules::wrongFolders() {
    QFETCH(QByteArray, folder);
    const std::string directory = folder.toStdString();
    QVERIFY(!answer<wire::RequestFailed>(wire::ListRules{1, directory}).text.empty());
    QVERIFY(!answer<wire::RequestFailed>(wire::ExplainCommand{1, {"id"}, {}, directory, "/bin", {}}).text.empty());
    QVERIFY(!answer<wire::RequestFailed>(wire::CheckRulesText{1, {}, directory, "/bin"}).text.empty());
}

void TestControlRules::tighteningNeedsNobody() {
    m_standing = PeerStanding::SharesAgent;
    wire::AddRule request;
    request.request = 1;
    request.rule.pattern = {{{"id"}}, {{"-u"}}};
    request.rule.decision = RuleDecision::Forbidden;
    const auto plan = answer<wire::RulesEditPlan>(request);
    QCOMPARE(plan.effect, EditEffect::Tightens);
    QCOMPARE(plan.file, m_tree->at("home/.config/exeat/rules/mine.rules"));
    QVERIFY(!QFile::exists(QString::fromStdString(plan.file)));
    request.contentHash = plan.contentHash;
    QCOMPARE(answer<wire::RequestDone>(request).request, std::uint64_t{1});
    QCOMPARE(m_store->snapshot({}).rules.size(), std::size_t{1});

    QVERIFY(m_tree->write(userFile, "prefix_rule(['id'])\n"));
    wire::RemoveRule removal{1, m_tree->at(userFile), 1, {}};
    removal.contentHash = answer<wire::RulesEditPlan>(removal).contentHash;
    QCOMPARE(answer<wire::RequestDone>(removal).request, std::uint64_t{1});
    QCOMPARE(QFile(m_tree->path(userFile)).size(), 0);
}

void TestControlRules::looseningIsAPersonsAct() {
    QVERIFY(m_tree->write(userFile, "prefix_rule(['id'], 'prompt')\n"));
    wire::AddRule allow;
    allow.request = 1;
    allow.rule.pattern = {{{"id"}}};
    allow.rule.decision = RuleDecision::Allow;
    const wire::RemoveRule removal{1, m_tree->at(userFile), 1, {}};
    for (const auto standing : {PeerStanding::SharesAgent, PeerStanding::Free}) {
        m_standing = standing;
        const auto plan = answer<wire::RulesEditPlan>(allow);
        QCOMPARE(plan.effect, EditEffect::Loosens);
        wire::AddRule done = allow;
        done.contentHash = plan.contentHash;
        // Free, but this test is not the program exeat.
        const auto refused = answer<wire::RequestFailed>(done);
        QCOMPARE(refused.kind, ErrorKind::Refused);
        QVERIFY2(refused.text.find(standing == PeerStanding::Free ? "another program" : "belongs to an agent") !=
                     std::string::npos,
                 refused.text.c_str());
        wire::RemoveRule removed = removal;
        removed.contentHash = answer<wire::RulesEditPlan>(removal).contentHash;
        QCOMPARE(answer<wire::RequestFailed>(removed).kind, ErrorKind::Refused);
    }
    QVERIFY(!QFile::exists(m_tree->path("home/.config/exeat/rules/mine.rules")));
    QCOMPARE(QFile(m_tree->path(userFile)).size(), 30);
}

void TestControlRules::aPlanIsForOneContent() {
    QVERIFY(m_tree->write(userFile, "prefix_rule(['id'])\n"));
    wire::RemoveRule removal{1, m_tree->at(userFile), 1, {}};
    removal.contentHash = answer<wire::RulesEditPlan>(removal).contentHash;
    // Now the same line holds what must not go so easily.
    QVERIFY(m_tree->write(userFile, "prefix_rule(['id'], 'forbidden')\n"));
    const auto refused = answer<wire::RequestFailed>(removal);
    QVERIFY2(refused.text.find("changed meanwhile") != std::string::npos, refused.text.c_str());
    removal.contentHash = "x";
    QVERIFY(!answer<wire::RequestFailed>(removal).text.empty());
    QVERIFY(QFile(m_tree->path(userFile)).size() > 0);
}

void TestControlRules::newFilesLieWhereTheyBelong() {
    wire::AddRule request;
    request.request = 1;
    request.rule.pattern = {{{"id"}}};
    request.rule.decision = RuleDecision::Prompt;
    request.target = wire::RulesTarget::ProjectExeat;
    request.place = m_tree->at("project/sub");
    QCOMPARE(answer<wire::RulesEditPlan>(request).file, m_tree->at("project/.exeat/rules/project.rules"));
    // A link of the repository would carry it elsewhere.
    QVERIFY(QFile::link(m_tree->path("home"), m_tree->path("project/.exeat")));
    QVERIFY(answer<wire::RequestFailed>(request).text.find("leads elsewhere") != std::string::npos);
    request.target = wire::RulesTarget::File;
    request.place = m_tree->at("project/.exeat/x.rules");
    QCOMPARE(answer<wire::RulesEditPlan>(request).file, m_tree->at("home/x.rules"));
    request.place = m_tree->at("none/x.rules");
    request.contentHash = answer<wire::RulesEditPlan>(request).contentHash;
    QVERIFY(answer<wire::RequestFailed>(request).text.find("No such file") != std::string::npos);
    request.contentHash.clear();
    request.place = m_tree->at("home/.codex/rules/x.rules");
    request.rule.exact = true;
    QVERIFY(answer<wire::RequestFailed>(request).text.find("Exeat's own word") != std::string::npos);
    request.rule.exact = false;
    request.rule.pattern = {};
    QCOMPARE(answer<wire::RequestFailed>(request).kind, ErrorKind::Invalid);
    request.rule.pattern = {{{"\xff"}}};
    QCOMPARE(answer<wire::RequestFailed>(request).kind, ErrorKind::Invalid);
    request.rule.pattern = {{{}}};
    QCOMPARE(answer<wire::RequestFailed>(request).kind, ErrorKind::Invalid);
}

void TestControlRules::aFloodIsBounded() {
    const std::string heavy = "x = [i for i in range(1000000)]\n";
    constexpr std::uint64_t many = 40;
    for (std::uint64_t i = 1; i <= many; ++i)
        m_peer->send(wire::encode(
            wire::ControlRequest(wire::CheckRulesText{i, {{"/x/a.rules", heavy}}, m_tree->at("project"), "/bin"})));
    QTRY_COMPARE_WITH_TIMEOUT(m_replies.size(), std::size_t{many}, 60000);
    std::size_t refused = 0;
    for (const auto& one : m_replies)
        refused += std::holds_alternative<wire::RequestFailed>(one) ? 1U : 0U;
    QVERIFY(refused > 0 && refused < many);
    // And it goes on.
    QCOMPARE(answer<wire::RulesListing>(wire::ListRules{1, "/"}).directory, std::string("/"));
}

void TestControlRules::anAgentsCommandLearnsNothing() {
    m_standing = PeerStanding::DescendsFromRun;
    QCOMPARE(answer<wire::RequestFailed>(wire::ListRules{1, "/"}).kind, ErrorKind::Refused);
    QCOMPARE(answer<wire::RequestFailed>(wire::ExplainCommand{1, {"id"}, {}, "/", "/bin", {}}).kind,
             ErrorKind::Refused);
    wire::AddRule request;
    request.request = 1;
    request.rule.pattern = {{{"id"}}};
    request.rule.decision = RuleDecision::Forbidden;
    QCOMPARE(answer<wire::RequestFailed>(request).kind, ErrorKind::Refused);
}

void TestControlRules::cutToOneFrame() {
    wire::RulesListing listing;
    ListedFile file;
    file.path = "/r/a.rules";
    PrefixRule rule;
    rule.pattern = {{{std::string(10000, 'x')}}};
    file.rules.assign(2000, {rule, false});
    ListedFolder folder;
    folder.files = {file, file};
    listing.folders = {folder, folder};
    const auto sizeOf = [](const wire::ControlReply& reply) { return wire::encode(reply).size(); };
    const auto cut = fitted(listing, 1 << 20);
    QVERIFY(sizeOf(cut) <= (1 << 20) + 4096);
    QCOMPARE(cut.folders.size(), std::size_t{2});
    for (const auto& one : cut.folders) {
        for (const auto& shown : one.files)
            QCOMPARE(shown.rules.size() + shown.leftOut, std::size_t{2000});
    }
    QCOMPARE(fitted(wire::RulesListing{}, 1 << 20), wire::RulesListing{});

    wire::Explanation explanation;
    ExplainedCommand command;
    command.argv = {"git"};
    RuleTrial trial;
    trial.pattern = {{{std::string(10000, 'x')}}};
    command.trials.assign(500, trial);
    explanation.commands.assign(3, command);
    const auto told = fitted(explanation, 1 << 20);
    QVERIFY(sizeOf(told) <= (1 << 20) + 4096);
    for (const auto& one : told.commands) {
        QCOMPARE(one.argv, command.argv);
        QCOMPARE(one.trials.size() + one.leftOut, std::size_t{500});
    }
    wire::RulesFindings findings;
    RulesFinding finding;
    finding.message.assign(1000, 'x');
    findings.findings.assign(5000, finding);
    const auto few = fitted(findings, 1 << 20);
    QVERIFY(sizeOf(few) <= (1 << 20) + 4096);
    QCOMPARE(few.findings.size() + few.leftOut, std::size_t{5000});
    QVERIFY(few.leftOut > 0);
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestControlRules)
#include "tst_controlrules.moc"
