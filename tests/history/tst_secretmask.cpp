#include "service/history/secretmask.h"
#include "tests/shared/slowdown.h"

#include <QElapsedTimer>
#include <QTest>

namespace exeat {

class TestSecretMask : public QObject {
    Q_OBJECT
private slots:
    void texts_data();
    void texts();
    void argv_data();
    void argv();
    void namesOnlyKeepsNames();
    void bytesPassUnchanged();
    void longInputIsLinear();
};

void TestSecretMask::texts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("masked");
    const auto row = [](const char* name, const char* text, const char* masked) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(masked);
    };
    row("plain", "git push origin main", "git push origin main");
    row("assignment", "export GITHUB_TOKEN=abc123 && x", "export GITHUB_TOKEN=*** && x");
    row("quoted assignment", "PASSWORD='abc def'", "PASSWORD='*** def'");
    row("json", "{\"password\": \"abc\"}", "{\"password\": \"***\"}");
    row("option joined", "x --password=abc --y", "x --password=*** --y");
    row("option apart", "x --password abc --y", "x --password *** --y");
    row("option without value", "x --password --y", "x --password --y");
    row("bearer header", "curl -H 'Authorization: Bearer abcdefghij' u", "curl -H 'Authorization: Bearer ***' u");
    row("basic header", "Authorization: Basic Zm9vOmJhcg==", "Authorization: Basic ***");
    row("cookie", "Cookie: a=b; c=d", "Cookie: ***");
    row("key header", "X-Api-Key: abc", "X-Api-Key: ***");
    row("cookie in quotes", "curl -H 'Cookie: a=b; c=d' u", "curl -H 'Cookie: ***' u");
    row("cookie with an ampersand", "curl -H \"Cookie: a=b&c=d|e\" u", "curl -H \"Cookie: ***\" u");
    row("set-cookie", "Set-Cookie: a=b; Path=/; HttpOnly", "Set-Cookie: ***; HttpOnly");
    row("cookie without quotes", "x cookie: a=b | tee f", "x cookie: *** | tee f");
    row("a header hides no command", ": x-a-key: ; tee /out <<<hello; id", ": x-a-key: ; tee /out <<<hello; id");
    row("nor behind a value", ": cookie: a; tee /out && id | x", ": cookie: ***; tee /out && id | x");
    row("nor behind a pair", ": cookie: a=b; X=y tee /out", ": cookie: *** tee /out");
    row("nor at the start", "cookie: a; tee /out", "cookie: ***; tee /out");
    row("nor in the next line", "cookie:\ntee /out", "cookie:\ntee /out");
    row("nor behind an empty quote", "''cookie: a; tee /out", "''cookie: ***; tee /out");
    row("nor in one word", "''cookie: a;{tee,/out}", "''cookie: ***;{tee,/out}");
    row("nor with a variable", "''cookie: a;tee${IFS}/out", "''cookie: ***${IFS}/out");
    row("nor a redirection", "x cookie: a>/out", "x cookie: ***>/out");
    row("url", "git clone https://me:abc@host/x", "git clone https://me:***@host/x");
    row("url without secret", "https://host:8080/x@y", "https://host:8080/x@y");
    row("aws id", "AKIAIOSFODNN7EXAMPLE", "***");
    row("aws id inside a word", "xAKIAIOSFODNN7EXAMPLE", "xAKIAIOSFODNN7EXAMPLE");
    row("aws secret", "aws_secret_access_key = abc/def", "aws_secret_access_key = ***");
    row("github", "ghp_abcdefghijklmnop1234", "***");
    row("gitlab", "glpat-abcdefghijklmnop1234", "***");
    row("slack", "xoxb-1234567890-abc", "***");
    row("openai", "sk-abcdefghijklmnop1234", "***");
    row("jwt", "a eyJhbGciOiJI.eyJzdWIi.c2ln b", "a *** b");
    row("private key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----");
    row("two", "A_TOKEN=1111 B_TOKEN=2222", "A_TOKEN=*** B_TOKEN=***");
    row("short", "ab", "ab");
    row("the word alone", "cat password.txt", "cat password.txt");
}

void TestSecretMask::texts() {
    QFETCH(QString, text);
    QFETCH(QString, masked);
    QCOMPARE(QString::fromStdString(maskSecrets(text.toStdString())), masked);
}

void TestSecretMask::argv_data() {
    QTest::addColumn<QStringList>("argv");
    QTest::addColumn<QStringList>("masked");
    const auto row = [](const char* name, QStringList argv, QStringList masked) {
        QTest::newRow(name) << argv << masked;
    };
    row("nothing", {}, {});
    row("plain", {"ls", "-l"}, {"ls", "-l"});
    row("cookie of a word", {"x", "cookie: a; c=d", "/out"}, {"x", "cookie: ***", "/out"});
    row("next word", {"x", "--token", "abc", "y"}, {"x", "--token", "***", "y"});
    row("last without value", {"x", "--token"}, {"x", "--token"});
    row("curl user", {"/usr/bin/curl", "-u", "me:abc"}, {"/usr/bin/curl", "-u", "***"});
    row("-u of another", {"sort", "-u", "file"}, {"sort", "-u", "file"});
    row("mysql", {"mysql", "-pabc", "db"}, {"mysql", "-p***", "db"});
    row("mysql -p alone", {"mysql", "-p", "db"}, {"mysql", "-p", "db"});
    row("sshpass", {"sshpass", "-p", "abc", "ssh"}, {"sshpass", "-p", "***", "ssh"});
    row("program named as option", {"--token", "abc"}, {"--token", "abc"});
}

void TestSecretMask::argv() {
    QFETCH(QStringList, argv);
    QFETCH(QStringList, masked);
    std::vector<std::string> words;
    for (const QString& word : argv)
        words.push_back(word.toStdString());
    QStringList result;
    for (const std::string& word : maskSecrets(words))
        result.push_back(QString::fromStdString(word));
    QCOMPARE(result, masked);
}

void TestSecretMask::namesOnlyKeepsNames() {
    QCOMPARE(namesOnly({"A=b=c", "B", "=x"}), (std::vector<std::string>{"A", "B", ""}));
}

void TestSecretMask::bytesPassUnchanged() {
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    QCOMPARE(maskSecrets(all), all);
}

void TestSecretMask::longInputIsLinear() {
    QElapsedTimer clock;
    clock.start();
    maskSecrets(std::string(120 * 1024, 'a'));
    maskSecrets(std::string(120 * 1024, ' '));
    std::string tokens;
    while (tokens.size() < 120 * 1024)
        tokens += "token token:";
    maskSecrets(tokens);
    QVERIFY2(clock.elapsed() < 5000 * test::slowdown, "a hostile script must not stop the service");
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestSecretMask)
#include "tst_secretmask.moc"
