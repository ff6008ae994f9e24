#include <QtTest>

#include <cstdint>

extern "C" int fuzzRules(const std::uint8_t* data, std::size_t size);
extern "C" int fuzzScript(const std::uint8_t* data, std::size_t size);
extern "C" int fuzzShlex(const std::uint8_t* data, std::size_t size);

namespace {

using Target = int (*)(const std::uint8_t*, std::size_t);

/** The number of inputs replayed; the targets abort on a fault. */
int replay(const QString& folder, Target target) {
    const auto entries = QDir(folder).entryInfoList(QDir::Files);
    for (const auto& entry : entries) {
        QFile file(entry.filePath());
        if (!file.open(QIODevice::ReadOnly))
            return -1;
        const QByteArray bytes = file.readAll();
        target(reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size()));
    }
    return static_cast<int>(entries.size());
}

} // namespace

/** The corpora of the fuzz targets, so that every build meets what fuzzing once found. */
class CorpusTest : public QObject {
    Q_OBJECT
private slots:
    void rules() { QVERIFY(replay(TEST_FOLDER "/corpus-rules", fuzzRules) >= 10); }
    void script() { QVERIFY(replay(TEST_FOLDER "/corpus-script", fuzzScript) >= 10); }
    void shlex() { QVERIFY(replay(TEST_FOLDER "/corpus-shlex", fuzzShlex) >= 10); }
};

QTEST_APPLESS_MAIN(CorpusTest)
#include "tst_corpus.moc"
