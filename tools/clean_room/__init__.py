"""Minimal Debians, made for a trial and thrown away: does README hold where nothing is?"""
