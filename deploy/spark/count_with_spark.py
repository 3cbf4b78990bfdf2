"""Count songs, and what is played around them, over all listeners, with Spark.

    spark-submit deploy/spark/count_with_spark.py FOLDER

The statements are those of deploy/duckdb/, and so are the results. FOLDER may be an address that Spark reads, such as
s3a://bucket/house: copy the folder of `cli.py bulk export` there, and FOLDER/results back for `cli.py bulk load`.
"""

import argparse
from pathlib import Path

from pyspark.sql import SparkSession

STATEMENTS = Path(__file__).parents[1] / "duckdb"
PLAY = "SELECT account_id, unix_millis(played_at) AS ended_ms, track_id, ms_played FROM exported_play"
COLUMNS = "account_id bigint, played_at timestamp, track_id bigint, ms_played bigint"
RESULTS = ("song_count", "co_listening")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER")
    count(parser.parse_args().folder)


def count(folder: str) -> None:
    session = SparkSession.builder.appName("Insight: the house").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.read.parquet(f"{folder}/tracks.parquet").createOrReplaceTempView("track")
    plays = session.read.schema(COLUMNS).option("recursiveFileLookup", "true").parquet(f"{folder}/plays")
    plays.createOrReplaceTempView("exported_play")
    session.sql(PLAY).createOrReplaceTempView("play")
    session.sql((STATEMENTS / "song_play.sql").read_text()).persist().createOrReplaceTempView("song_play")
    for name in RESULTS:
        counted = session.sql((STATEMENTS / f"{name}.sql").read_text())
        counted.write.mode("overwrite").parquet(f"{folder}/results/{name}.parquet")


if __name__ == "__main__":
    main()
