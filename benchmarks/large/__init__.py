"""Measure one account that has far more plays than anybody: what grows faster than its plays?"""
