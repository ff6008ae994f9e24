#include "rules/builtins/declarations.h"
#include "rules/evaluate/globals.h"
#include "rules/language/token.h"

#include <QtTest>

#include <set>

using namespace exeat;
using Words = std::set<QString>;

namespace {

const QString definition = SYNTAX_FOLDER "/exeat-rules.xml";

/** Elements of the definition, each with its attributes; the words of a list are kept apart. */
struct Definition {
    struct Element {
        QString name;
        QXmlStreamAttributes attributes;
    };
    std::vector<Element> elements;
    std::map<QString, Words> lists;
    QString error;
};

Definition readDefinition() {
    Definition result;
    QFile file(definition);
    if (!file.open(QIODevice::ReadOnly)) {
        result.error = "cannot be opened";
        return result;
    }
    QXmlStreamReader xml(&file);
    QString list;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        result.elements.push_back({xml.name().toString(), xml.attributes()});
        if (xml.name() == QLatin1String("list"))
            list = xml.attributes().value("name").toString();
        else if (xml.name() == QLatin1String("item") && !result.lists[list].insert(xml.readElementText()).second)
            result.error = "a word is in the list " + list + " twice";
    }
    if (xml.hasError())
        result.error = xml.errorString();
    return result;
}

QString inWords(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::vector<rules::Native> declarations() {
    static rules::Declarations into; // never called
    return {rules::prefixRuleBuiltin(into, rules::Vocabulary::Exeat),
            rules::hostExecutableBuiltin(into, rules::Vocabulary::Exeat), rules::networkRuleBuiltin(into)};
}

/** What the highlighter says of each character, without its colours. */
QByteArray traceOf(const QString& file) {
    QTemporaryDir home;
    const QString folder = home.filePath("org.kde.syntax-highlighting/syntax");
    if (!QDir().mkpath(folder) || !QFile::copy(definition, folder + "/exeat-rules.xml"))
        return "cannot copy the definition";
    QProcess tool;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_DATA_HOME", home.path());
    environment.insert("LC_ALL", "C.UTF-8");
    tool.setProcessEnvironment(environment);
    tool.setProcessChannelMode(QProcess::MergedChannels); // what is wrong with a definition, it says there
    tool.start("kate-syntax-highlighter",
               {"--syntax", "Exeat Rules", "--output-format", "ansi", "--syntax-trace", "format", file});
    if (!tool.waitForFinished(60000) || tool.exitCode() != 0)
        return "kate-syntax-highlighter does not run; install libkf5syntaxhighlighting-tools: " + tool.readAll();
    QString text = QString::fromUtf8(tool.readAll());
    return text.remove(QRegularExpression("\x1b\\[[0-9;]*[mK]")).toUtf8();
}

} // namespace

/** rules/syntax/exeat-rules.xml knows the words of the language, no more and no fewer, and colours as it should. */
class SyntaxTest : public QObject {
    Q_OBJECT
private slots:
    void isWellFormed() {
        const auto read = readDefinition();
        QVERIFY2(read.error.isEmpty(), qPrintable(read.error));
        Words contexts;
        Words formats;
        for (const auto& element : read.elements) {
            if (element.name == "context")
                QVERIFY2(contexts.insert(element.attributes.value("name").toString()).second, "a context twice");
            else if (element.name == "itemData")
                QVERIFY2(formats.insert(element.attributes.value("name").toString()).second, "a format twice");
        }
        for (const auto& element : read.elements) {
            const QString named = element.attributes.value("attribute").toString();
            QVERIFY2(named.isEmpty() || formats.contains(named), qPrintable("no format " + named));
            for (const char* way : {"context", "lineEndContext", "fallthroughContext"}) {
                const QString context = element.attributes.value(way).toString().section('!', -1);
                QVERIFY2(context.isEmpty() || context.startsWith('#') || contexts.contains(context),
                         qPrintable("no context " + context));
            }
            const QString list = element.attributes.value("String").toString();
            QVERIFY2(element.name != "keyword" || read.lists.contains(list), qPrintable("no list " + list));
            QVERIFY2(element.name != "RegExpr" || QRegularExpression(list).isValid(), qPrintable(list));
        }
    }

    void keywords() {
        Words words;
        for (auto kind = static_cast<int>(rules::TokenKind::And); kind <= static_cast<int>(rules::TokenKind::Return);
             ++kind)
            words.insert(inWords(rules::spelling(static_cast<rules::TokenKind>(kind))));
        QCOMPARE(readDefinition().lists["keywords"], words);
    }

    void reservedWords() {
        Words words;
        for (const auto word : rules::reservedWords())
            words.insert(inWords(word));
        QVERIFY(words.size() > 10);
        QCOMPARE(readDefinition().lists["reserved"], words);
    }

    void standardGlobals() {
        const auto lists = readDefinition().lists;
        Words listed = lists.at("functions");
        listed.insert(lists.at("constants").begin(), lists.at("constants").end());
        Words words;
        for (const auto& native : rules::standardGlobals())
            words.insert(inWords(native.name));
        QCOMPARE(listed, words);
        QCOMPARE(lists.at("constants"), (Words{"None", "True", "False"}));
    }

    void declarationsAndTheirParameters() {
        Words names;
        Words parameters;
        for (const auto& native : declarations()) {
            names.insert(inWords(native.name));
            for (const auto& parameter : native.parameters)
                parameters.insert(inWords(parameter.name));
        }
        QCOMPARE(readDefinition().lists["declarations"], names);
        QCOMPARE(readDefinition().lists["parameters"], parameters);
    }

    void decisions_data() {
        QTest::addColumn<bool>("isOne");
        for (const char* word : {"allow", "prompt", "forbidden", "deny", "ask", "Allow", "allow ", "allowed"}) {
            const std::string rule = "prefix_rule(['a'], '" + std::string(word) + "')";
            QTest::newRow(word) << rules::parseRules(rule, "a", Layer::User, rules::Vocabulary::Exeat).has_value();
        }
    }
    void decisions() {
        QFETCH(bool, isOne);
        bool coloured = false;
        for (const auto& element : readDefinition().elements) {
            if (element.name != "RegExpr" || element.attributes.value("attribute") != QLatin1String("Decision"))
                continue;
            const QRegularExpression wanted(
                QRegularExpression::anchoredPattern(element.attributes.value("String").toString()));
            for (const char* quote : {"'", "\""})
                coloured |= wanted.match(quote + QString(QTest::currentDataTag()) + quote).hasMatch();
            QVERIFY(!wanted.match("'allow\"").hasMatch());
        }
        QCOMPARE(coloured, isOne);
    }

    /** data/syntax/sample.txt: below each line, what each part of it is taken for. */
    void colours() {
        const QString sample = TEST_DATA "/syntax/sample";
        const auto trace = traceOf(sample + ".rules");
        // Regenerate: EXEAT_WRITE_GOLDEN=1 build/ci/bin/tst_syntax colours
        QFile golden(sample + ".txt");
        if (qEnvironmentVariableIsSet("EXEAT_WRITE_GOLDEN"))
            QVERIFY(golden.open(QIODevice::WriteOnly) && golden.write(trace) == trace.size());
        golden.close();
        QVERIFY(golden.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(trace), QString::fromUtf8(golden.readAll()));
    }

    /** What Exeat ships is right, so nothing in it may be marked as an error. */
    void shippedRulesAreWithoutError() {
        const auto files = QDir(SHIPPED_RULES).entryInfoList({"*.rules"}, QDir::Files);
        QVERIFY(!files.isEmpty());
        for (const auto& file : files) {
            const auto trace = traceOf(file.filePath());
            QVERIFY2(trace.contains("Declaration"), trace.constData());
            QVERIFY2(!trace.contains("Error"), trace.constData());
        }
    }
};

QTEST_GUILESS_MAIN(SyntaxTest)
#include "tst_syntax.moc"
