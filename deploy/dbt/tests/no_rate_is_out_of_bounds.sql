SELECT id FROM {{ ref('skips') }} WHERE rate NOT BETWEEN 0 AND 1 OR skipped > plays
