-- Plays without a silence of over 20 minutes between them.
SELECT
    md5(username || ' ' || began_at || ' ' || ended_at) AS id,
    username,
    began_at,
    ended_at,
    day,
    hour,
    plays,
    ms_played,
    extract(epoch FROM ended_at - began_at)::int AS seconds
FROM {{ source('report', 'sessions') }}
