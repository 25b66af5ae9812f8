using System.Text;
using Colonnade.Platform.Files;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Files;

public sealed class FileTypeTests
{
    /// <summary>Latin-1; how the formats begin by their own documents.</summary>
    public static TheoryData<string, string> Heads => new()
    {
        { "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "image/png" },
        { "\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF", "image/jpeg" },
        { "GIF87a\u0001\0", "image/gif" },
        { "GIF89a\u0001\0", "image/gif" },
        { "RIFF\u0024\0\0\0WEBPVP8 ", "image/webp" },
        { "RIFF\u0024\0\0\0WAVEfmt ", "audio/wav" },
        { "II*\0\u0008\0\0\0", "image/tiff" },
        { "MM\0*\0\0\0\u0008", "image/tiff" },
        { "8BPS\0\u0001\0\0", "image/vnd.adobe.photoshop" },
        { "%PDF-1.7\n", "application/pdf" },
        { "PK\u0003\u0004\u0014\0", "application/zip" },
        { "\0\0\0\u0018ftypmp42\0\0\0\0", "video/mp4" },
        { "\0\0\0\u0014ftypqt  \0\0\0\0", "video/quicktime" },
        { "\u001aE\u00df\u00a3\u009fB\u0086\u0081\u0001B\u00f7\u0081\u0001B\u0082\u0084webm", "video/webm" },
        { "ID3\u0004\0\0", "audio/mpeg" },
        { "\u00ff\u00fb\u0090\u0064", "audio/mpeg" },
        { "OggS\0\u0002", "audio/ogg" },
        { "Draw a lighthouse\r\n\tby the sea", "text/plain" },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void What_is_known_is_told_by_its_first_bytes(string head, string mediaType)
    {
        var type = FileType.Of(Encoding.Latin1.GetBytes(head));
        type.ShouldNotBeNull().MediaType.ShouldBe(mediaType);
        type.IsShown.ShouldBe(mediaType is "image/png" or "image/jpeg" or "image/gif" or "image/webp", "nothing else is safe to be shown where it stands");
    }

    [Theory]
    [InlineData("<?php system($_GET['c']); ?>")]
    [InlineData("  \n<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("\u00ef\u00bb\u00bf<!DOCTYPE html>")]
    [InlineData("hello <IMG src=x onerror=alert(1)>")]
    [InlineData("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>")]
    [InlineData("#!/bin/sh\nid\n")]
    [InlineData("MZ\u0090\0\u0003")]
    [InlineData("\u007fELF\u0002\u0001")]
    [InlineData("\u00ca\u00fe\u00ba\u00be\0\0\0\u0034")]
    [InlineData("\0\0\0\u0018ftypevil")]
    [InlineData("RIFF\u0024\0\0\0EVIL")]
    [InlineData("\u001f\u008b\u0008\0")]
    [InlineData("Rar!\u001a\u0007\u0001\0")]
    [InlineData("7z\u00bc\u00af\u0027\u001c")]
    [InlineData("text with a\0 in it")]
    [InlineData("text in \u00e9 Latin-1")]
    [InlineData("")]
    public void Everything_else_is_nothing(string head) => FileType.Of(Encoding.Latin1.GetBytes(head)).ShouldBeNull();

    [Fact]
    public void A_character_that_the_head_cuts_in_two_leaves_a_text_a_text()
    {
        var text = Encoding.UTF8.GetBytes(new string('x', FileType.HeadLength - 1) + "é");
        FileType.Of(text.AsSpan(0, FileType.HeadLength)).ShouldBe(FileType.Text);
    }
}
