#include "shared/base/error.h"
#include "shared/base/paths.h"
#include "shared/base/text.h"

#include <QtTest>

using namespace exeat;

class TextTest : public QObject {
    Q_OBJECT
private slots:
    void visible_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("shown");
        QTest::newRow("plain") << QByteArray("a b") << QByteArray("a b");
        QTest::newRow("other alphabets stay") << QByteArray("é日🎉") << QByteArray("é日🎉");
        QTest::newRow("newline, tab") << QByteArray("a\n\t\r") << QByteArray("a\\n\\t\\r");
        QTest::newRow("escape sequence") << QByteArray("\x1b[2J") << QByteArray("\\e[2J");
        QTest::newRow("nul and delete") << QByteArray("\0\x7f", 2) << QByteArray("\\x00\\x7f");
        QTest::newRow("C1 control") << QByteArray("\xC2\x9B") << QByteArray("\\x9b");
        QTest::newRow("bidi override") << QByteArray("\xE2\x80\xAE") << QByteArray("\\u{202E}");
        QTest::newRow("zero width space") << QByteArray("\xE2\x80\x8B") << QByteArray("\\u{200B}");
        QTest::newRow("tag characters") << QByteArray("\xF3\xA0\x81\x81") << QByteArray("\\u{E0041}");
        QTest::newRow("invalid byte") << QByteArray("a\xFFz") << QByteArray("a\\xffz");
        QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QByteArray("\\xc0\\xaf");
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QByteArray("\\xed\\xa0\\x80");
        QTest::newRow("cut character") << QByteArray("\xE2\x80") << QByteArray("\\xe2\\x80");
    }
    void visible() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, shown);
        QCOMPARE(exeat::visible(bytes.toStdString()), shown.toStdString());
    }

    void visibleIsBounded() {
        QCOMPARE(exeat::visible(std::string(100, 'a'), 100), std::string(100, 'a'));
        const auto cut = exeat::visible(std::string(50, 'a') + std::string(51, 'z'), 100);
        QVERIFY(cut.size() <= 100);
        QVERIFY(cut.starts_with("aaa") && cut.ends_with("zzz") && cut.find("…") != std::string::npos);
        QVERIFY(exeat::visible(std::string(1'000'000, '\x01'), 100).size() <= 100);
        std::string wide;
        for (int i = 0; i < 100; ++i)
            wide += "é";
        for (std::size_t limit = 4; limit < 40; ++limit)
            QVERIFY(isValidUtf8(exeat::visible(wide, limit)));
    }

    void commands() {
        QCOMPARE(visibleCommand({"git", "push", "a b", "", "it's", "x;y"}),
                 std::string("git push 'a b' '' 'it'\\''s' 'x;y'"));
        QCOMPARE(visibleCommand({}), std::string());
        QCOMPARE(visibleCommand({"a\nb"}), std::string("'a\\nb'"));
    }

    void theEndOfALongCommandStays() {
        const std::string line = visibleCommand({"git", "push", std::string(10000, 'x'), "--force"}, 100);
        QVERIFY2(line.size() <= 100 && line.starts_with("git push x") && line.ends_with("x --force"), line.c_str());
        std::vector<std::string> many(10000, "x");
        many.push_back("--force");
        QVERIFY(visibleCommand(many, 100).ends_with("x x --force"));
    }

    void utf8() {
        QVERIFY(isValidUtf8("") && isValidUtf8("é") && isValidUtf8("\xF4\x8F\xBF\xBF"));
        QVERIFY(!isValidUtf8("\xF4\x90\x80\x80") && !isValidUtf8("\xC3") && !isValidUtf8("\x80"));
        // Wherever it stands among what is looked at eight bytes at once.
        for (std::size_t place = 0; place < 20; ++place) {
            std::string text(20, 'x');
            text.insert(place, "é");
            QVERIFY(isValidUtf8(text));
            text.erase(place, 1);
            QVERIFY(!isValidUtf8(text));
        }
        QCOMPARE(toUtf8("a\xFF\xC3\xA9"), std::string("a\xEF\xBF\xBD\xC3\xA9"));
    }

    void systemErrors() {
        const Error error = systemError("cannot open x", ENOENT);
        QCOMPARE(error.kind, ErrorKind::System);
        QCOMPARE(error.errnum, ENOENT);
        QCOMPARE(error.text, std::string("cannot open x: No such file or directory"));
    }

    void within() {
        QVERIFY(isWithin("/a/b", "/a"));
        QVERIFY(isWithin("/a", "/a"));
        QVERIFY(isWithin("/a", "/"));
        QVERIFY(!isWithin("/ab", "/a"));
        QVERIFY(!isWithin("/a", "/a/b"));
        QVERIFY(!isWithin("", "/"));
        QVERIFY(!isWithin("/a", ""));
    }
};

QTEST_APPLESS_MAIN(TextTest)
#include "tst_text.moc"
